#!/bin/sh
# Writes the tree $path as a tar stream. GNU tar's status 1 says that something changed while it was read: the stream is whole,
# and that is to be told, not to be treated as a failure. With other tars 1 is any error.
# shellcheck disable=SC2034,SC2154,SC2317

verdict() {
  case $1-$kind in
    0-*) exit 0 ;;
    1-gnu) printf 'some files changed while tar read them: %s\n' "$2" >&3 && exit 0 ;;
    *) fail "$2" ;;
  esac
}

# through_zstd COMMAND...: its output, compressed. What a bsdtar compresses itself it also pads, and zstd refuses that.
through_zstd() (
  exec 8>&1
  status=$({ { "$@" 7>&- 8>&-; echo "$?" >&7; } | zstd -q -c >&8 7>&- || echo 1 >&7; } 7>&1)
  [ "$status" = 0 ]
)

pack() {
  watched $compressor tar -c -f - "$@" -C "$path" .
}

check_tree() {
  [ -e "$path" ] || fail "$path: no such directory"
  [ -d "$path" ] || fail "$path: not a directory"
}

# The format of the whole: pax keeps everything, gnu is what a busybox understands.
pack_with_gnu() {
  if [ "$plain" = yes ]; then
    pack --format=gnu --numeric-owner "$@"
  else
    pack --format=posix -S --xattrs --acls --numeric-owner "$@"
  fi
}

pack_with_bsd() {
  [ "$filter" != --zstd ] || compressor=through_zstd filter=''
  [ -z "$filter" ] || set -- "$filter" "$@"
  if [ "$plain" = yes ]; then
    pack --format=gnutar --numeric-owner "$@"
  else
    pack --format=pax --options hdrcharset=BINARY --numeric-owner "$@"
  fi
}

compressor=''
check_tree
check_tar "$@"
[ -z "$filter" ] || [ "$kind" = bsd ] || set -- "$filter" "$@"
if [ "$one_file_system" = yes ]; then
  [ "$kind" != busybox ] || fail 'the tar here is of busybox, which knows no --one-file-system'
  set -- --one-file-system "$@"
fi
case $kind in
  gnu) pack_with_gnu "$@" ;;
  bsd) pack_with_bsd "$@" ;;
  *) pack "$@" ;;
esac
