#!/bin/sh
# Writes the tree $path as a tar stream. GNU tar exits with 1 if a file changed while it was read: the stream is complete, so this
# is a warning, not a failure. Other tars exit with 1 for any error.
# shellcheck disable=SC2034,SC2154,SC2317

verdict() {
  case $1-$kind in
    0-*) exit 0 ;;
    1-gnu) printf 'some files changed while tar read them: %s\n' "$2" >&3 && exit 0 ;;
    *) fail "$2" ;;
  esac
}

# through_zstd COMMAND...: compresses its output. A stream that bsdtar compresses itself is padded, which zstd refuses.
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

# The archive format: pax keeps everything, gnu is understood by busybox.
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
