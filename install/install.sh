#!/bin/sh
# Installs the tree that contains this file. Every file is written beside its target and renamed into place, so a running
# program keeps the file it was started from, and a partial file is never visible.
# usage: install.sh [--over-ssh] [PREFIX]        PREFIX is ~/.local if not given; relative to the home directory with --over-ssh
set -eu

tree=$(CDPATH='' cd "$(dirname "$0")" && pwd)
over_ssh=false
prefix=${HOME:?}/.local
old_files=
dirs=
pending=
placing=false

fail() {
  printf 'install.sh: error: %s\n' "$1" >&2
  [ $# -lt 2 ] || printf 'install.sh: hint: %s\n' "$2" >&2
  exit 1
}

cleanup() {
  [ -z "$pending" ] || rm -rf "$pending"
  $placing || for dir in $(printf '%s\n' "$dirs" | LC_ALL=C sort -r); do
    rmdir "$prefix/$dir" 2> /dev/null || true
  done
}

options() {
  if [ "${1:-}" = --over-ssh ]; then
    over_ssh=true
    shift
  fi
  [ $# -gt 0 ] || return 0
  case $1 in
    -*) fail "$1: no such option" "usage: install.sh [PREFIX]" ;;
    /*) prefix=$1 ;;
    *) if $over_ssh; then prefix=$HOME/$1; else prefix=$PWD/$1; fi ;;
  esac
}

check_machine() {
  machine="$(uname -s) $(uname -m)" wanted="Linux $(cat "$tree/MACHINE")"
  [ "$machine" = "$wanted" ] || fail "this program is for $wanted, this machine is $machine"
}

# The installed paths below PREFIX, one a line; a directory that the installer made ends with a slash.
new_files() {
  (cd "$tree" && find bin share '(' -type f -o -type l ')' -print | LC_ALL=C sort)
  echo share/pipe/files
}

read_old_files() {
  [ ! -f "$prefix/share/pipe/files" ] || old_files=$(cat "$prefix/share/pipe/files")
}

was_ours() {
  printf '%s\n' "$old_files" | grep -qxF "$1"
}

refuse_foreign_files() {
  for file in $(new_files); do
    if { [ -e "$prefix/$file" ] || [ -L "$prefix/$file" ]; } && ! was_ours "$file"; then
      fail "$prefix/$file exists and was not installed by Pipe" "move it away or choose another PREFIX"
    fi
  done
}

# make_dirs DIR: DIR below PREFIX with its parents; prints those that were not there.
make_dirs() {
  case $1 in */*) make_dirs "${1%/*}" ;; esac
  if [ ! -d "$prefix/$1" ]; then
    mkdir "$prefix/$1"
    printf '%s/\n' "$1"
  elif was_ours "$1/"; then
    printf '%s/\n' "$1"
  fi
}

make_all_dirs() {
  mkdir -p "$prefix"
  for file in $(new_files); do
    make_dirs "${file%/*}"
  done
  printf '%s\n' "$old_files" | grep '/$' || true
}

# The new program has to run here before it takes the place of an old one.
try_program() {
  pending=$prefix/bin/.pipe-install.$$
  rm -rf "$pending"
  mkdir "$pending"
  cp "$tree/bin/pipe" "$pending/pipe"
  ln -s pipe "$pending/dmscp"
  version=$("$pending/dmscp" -version) || fail "the program does not run here: exit status $?" \
    "it needs $(cat "$tree/NEEDS"), and a file system at $prefix/bin that programs may be started from"
  head -c 200000 /dev/zero | "$pending/dmscp" -q -w -e local -R 'cat > /dev/null' ||
    fail "the program starts but cannot copy here" "it needs OpenSSL (libssl) 1.1 or later"
}

place() {
  new=$prefix/${1%/*}/.${1##*/}.$$
  rm -f "$new"
  cp -RP "$tree/$1" "$new"
  mv -f "$new" "$prefix/$1"
}

place_all() {
  mv -f "$pending/pipe" "$prefix/bin/pipe"
  for file in $(new_files); do
    case $file in
      bin/pipe | share/pipe/files) ;;
      *) place "$file" ;;
    esac
  done
}

write_list() {
  printf '%s\n' "$@" | grep . | LC_ALL=C sort -u > "$prefix/share/pipe/.files.$$"
  mv -f "$prefix/share/pipe/.files.$$" "$prefix/share/pipe/files"
}

remove_what_went() {
  for file in $old_files; do
    case $file in
      */) ;;
      *) new_files | grep -qxF "$file" || rm -f "${prefix:?}/$file" ;;
    esac
  done
}

# What the user types, with the prefix filled in.
# shellcheck disable=SC2016
path_line() {
  case ${SHELL:-} in
    */fish) printf 'fish_add_path %s\n' "$prefix/bin" ;;
    */csh | */tcsh) printf 'set path = (%s $path)\n' "$prefix/bin" ;;
    *) printf 'export PATH="%s:$PATH"\n' "$prefix/bin" ;;
  esac
}

say_path() {
  found=$(command -v dmscp || true)
  if [ "$found" = "$prefix/bin/dmscp" ]; then
    return 0
  elif [ -z "$found" ] && $over_ssh && [ "$prefix" = "$HOME/.local" ]; then
    return 0 # dmscp looks there by itself when it starts the remote end
  elif [ -n "$found" ]; then
    echo "note: the first dmscp in PATH is $found, not $prefix/bin/dmscp"
  elif $over_ssh; then
    echo "note: $prefix/bin is not in the PATH of commands started through ssh; add it in the start-up file of the remote shell:"
    echo "  $(path_line)"
  else
    echo "note: $prefix/bin is not in PATH; to add it in this shell, run:"
    echo "  $(path_line)"
  fi
}

report() {
  echo "installed $version in $prefix"
  say_path
  if $over_ssh; then
    echo "pipe-installed $(sha256sum < "$prefix/bin/pipe" | cut -d ' ' -f 1)"
  fi
}

options "$@"
check_machine
trap cleanup EXIT
trap 'exit 1' HUP INT TERM
read_old_files
refuse_foreign_files
dirs=$(make_all_dirs)
try_program
placing=true
# The list is written first, so that the next run knows our files even if this run fails from here on.
write_list "$dirs" "$(new_files)" "$old_files"
place_all
remove_what_went
write_list "$dirs" "$(new_files)"
report
