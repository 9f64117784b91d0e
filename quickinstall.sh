#!/usr/bin/env bash
# Builds Pipe and installs it for this user, or on other hosts over ssh. No root, no second step.
set -eu

root=$(cd "$(dirname "$0")" && pwd)
home_prefix=.local
prefix=
from=
ssh=ssh
demo=false
uninstall=false
hosts=()
stage=
archive=
scratch=$(mktemp -d)

usage() {
  cat << 'END'
usage: quickinstall.sh [--prefix DIR] [--from FILE] [--demo]
       quickinstall.sh [--prefix DIR] [--from FILE] [--ssh 'ssh -p 2222'] [user@]host ...
       quickinstall.sh --uninstall [--prefix DIR] [--ssh CMD] [[user@]host ...]

Without a host it installs on this machine; with hosts it installs only on those, which need no .NET.
  --prefix DIR  installation directory, for DIR/bin/dmscp and so on (default ~/.local; on a host, relative to the home directory)
  --from FILE   install a release tarball instead of building; needs no .NET SDK
  --ssh CMD     the ssh command to use, with its options
  --demo        then copy real data with the installed program, and check the copies
  --uninstall   remove everything that was installed
  -h, --help    print this text
END
}

fail() {
  printf 'quickinstall.sh: error: %s\n' "$1" >&2
  [ $# -lt 2 ] || printf 'quickinstall.sh: hint: %s\n' "$2" >&2
  exit 1
}

options() {
  while [ $# -gt 0 ]; do
    case $1 in
      --prefix | --from | --ssh)
        [ $# -ge 2 ] || fail "$1 needs a value"
        case $1 in --prefix) prefix=$2 ;; --from) from=$2 ;; --ssh) ssh=$2 ;; esac
        shift
        ;;
      --demo) demo=true ;;
      --uninstall) uninstall=true ;;
      -h | --help) usage; exit 0 ;;
      -*) fail "$1: no such option" "quickinstall.sh -h" ;;
      *) hosts+=("$1") ;;
    esac
    shift
  done
  [ ${#hosts[@]} = 0 ] || check_host_options
}

# This word passes through a login shell of an unknown kind.
check_host_options() {
  ! $demo || fail "--demo is for this machine; run it without a host"
  prefix=${prefix:-$home_prefix}
  case $prefix in
    *[!A-Za-z0-9._/+-]*) fail "--prefix $prefix: on another host only letters, digits and . _ / + - are allowed" ;;
  esac
}

check_sdk() {
  command -v dotnet > /dev/null || PATH=$PATH:${DOTNET_ROOT:-$HOME/.dotnet}
  # In the checkout, dotnet reports an SDK that global.json allows, or fails.
  (cd "$root" && dotnet --version) > /dev/null 2>&1 || fail "there is no .NET SDK 10.0.100 or later here" \
    "install the package dotnet-sdk-10.0 of the distribution, or run Microsoft's dotnet-install.sh --channel 10.0, or use --from FILE"
}

# A tree as install/stage makes it, in $stage.
get_stage() {
  if [ -n "$from" ]; then
    tar -xzf "$from" -C "$scratch" || fail "$from: not a release tarball"
    stage=$(echo "$scratch"/pipe-*)
    [ -f "$stage/install.sh" ] || fail "$from: not a release tarball"
  else
    check_sdk
    echo "building ..."
    stage=$root/artifacts/ship
    "$root/install/stage" "$stage"
  fi
}

# What goes to each host, in $archive: one directory, packed.
get_archive() {
  get_stage
  archive=$from
  [ -z "$from" ] || return 0
  archive=$scratch/tree.tar.gz
  tar -czf "$archive" -C "${stage%/*}" "${stage##*/}"
}

absolute() {
  case $1 in /*) echo "$1" ;; *) echo "$PWD/$1" ;; esac
}

install_here() {
  get_stage
  sh "$stage/install.sh" "$prefix"
  ! $demo || "$prefix/share/pipe/demo"
}

uninstall_here() {
  [ -f "$prefix/share/pipe/uninstall" ] || fail "Pipe is not installed in $prefix"
  sh "$prefix/share/pipe/uninstall"
}

# remote_sh HOST SCRIPT: SCRIPT is one line without quote ' or !, so that sh, csh and fish all hand it on as it is.
remote_sh() {
  $ssh "$1" "exec sh -c '$2'"
}

unpack_and_install() {
  cat << END | tr '\n' ' '
umask 022;
d=\$(mktemp -d "\$HOME/.pipe-install.XXXXXX") || exit 1;
clean() { cd /; rm -rf "\$d"; };
trap clean EXIT; trap "exit 1" HUP INT TERM;
cd "\$d" && gzip -dc | tar xf - && sh ./*/install.sh --over-ssh $prefix
END
}

# One connection: sends the tree, and receives the installer's messages and the checksum of the installed program.
install_on() {
  local said sum
  said=$(remote_sh "$1" "$(unpack_and_install)" < "$archive") || { printf '%s\n' "$said"; return 1; }
  sum=$(printf '%s\n' "$said" | sed -n 's/^pipe-installed //p')
  printf '%s\n' "$said" | sed -n 's/^pipe-installed .*//; s/^installed .*/&/p; s/^note: .*/&/p; s/^  .*/&/p' | sed "s/^/$1: /"
  [ "$sum" = "$(sha256sum < "$stage/bin/pipe" | cut -d ' ' -f 1)" ] ||
    { printf 'quickinstall.sh: error: %s: the installed program differs from the one that was sent\n' "$1" >&2; return 1; }
}

uninstall_on() {
  remote_sh "$1" "cd && exec sh $prefix/share/pipe/uninstall"
}

# each_host FUNCTION: continues with the next host after a failure, and fails at the end.
each_host() {
  local host failed=()
  for host in "${hosts[@]}"; do
    "$1" "$host" || failed+=("$host")
  done
  [ ${#failed[@]} = 0 ] || fail "failed on: ${failed[*]}"
}

cleanup() {
  rm -rf "$scratch"
}

trap cleanup EXIT
trap 'exit 1' HUP INT TERM
options "$@"
if [ ${#hosts[@]} -gt 0 ]; then
  if $uninstall; then
    each_host uninstall_on
  else
    get_archive
    each_host install_on
  fi
else
  prefix=$(absolute "${prefix:-$HOME/$home_prefix}")
  if $uninstall; then uninstall_here; else install_here; fi
fi
