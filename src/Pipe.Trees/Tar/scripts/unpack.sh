#!/bin/sh
# Unpacks a tar stream next to $path, and gives the tree that name once it is complete and verified. The tree is built as $new/tree: no
# other user can enter $new, whatever the tree's mode. $new is locked while in use; an unlocked one is left over from a killed run and removed.
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
new='' first=''

# verdict STATUS COMPLAINT ONLY LOST: status 2 of GNU tar is not a failure if its only messages report lost metadata.
verdict() {
  if [ "$1" != 0 ] && { [ "$1-$kind" != 2-gnu ] || [ -z "$4" ] || [ -n "$3" ]; }; then fail "$2"; fi
  printf '%s' "$4" >&3
}

# Resolves a symbolic link, so that its target is replaced and not the link. The x protects trailing newlines of a name.
follow() {
  if [ -L "$path" ]; then
    [ -e "$path" ] || fail "$path: a dangling symbolic link"
    real=$(readlink -f -- "$path" && echo x) || fail "$path: a symbolic link that cannot be followed"
    real=${real%x}
    path=${real%?}
  fi
}

# Sets $parent and $mark, the prefix of all our directories' names. A long name is truncated, with a checksum to tell it from
# others with the same beginning.
name_parts() {
  case $path in
    */*) parent=${path%/*} ;;
    *) parent=. ;;
  esac
  parent=${parent:-/}
  name=$(printf '%.100s' "${path##*/}" && echo x)
  name=${name%x}
  [ "$name" = "${path##*/}" ] || name=$name-$(printf '%s' "${path##*/}" | cksum | tr -dc '0-9')
  mark=$parent/.$name.ytar-
}

check_target() {
  if [ -e "$path" ] && [ ! -d "$path" ]; then fail "$path: exists and is not a directory"; fi
  if [ ! -d "$parent" ]; then fail "$parent: no such directory"; fi
}

can_lock() {
  [ -r "$parent" ] && command -v flock > /dev/null
}

# Removes one of our directories, and the tree moved out of it. The modes of directories may keep even their owner from emptying them.
remove='rm -rf -- "$1.new" "$1" || { chmod -R u+rwx -- "$1.new" "$1"; rm -rf -- "$1.new" "$1"; }'

# apart SCRIPT DIRECTORY: runs it in a session of its own, so that a signal that ends this script does not end it.
apart() {
  $(command -v setsid) sh -c "$1" sh "$2" < /dev/null > /dev/null 2>&1 3>&- 5>&- 6>&- 8>&- 9>&- &
}

discard() {
  apart "$remove" "$1"
}

# Cleans up however this script ends: once the lock is free, a directory that still has the new name is garbage. Orphaned, so that
# no process waits for it.
watch_over() {
  (apart "exec 7< \"\$1\" && flock 7 && { $remove; }" "$1")
}

# Restores the old tree of a run that was killed while replacing it: it is the only copy.
put_back() {
  for old in "$mark"??????.old; do
    if [ ! -d "$old" ] || [ ! -O "$old" ]; then
      continue
    elif [ -e "$path" ]; then
      discard "$old"
    else
      mv -- "$old" "$path"
    fi
  done
}

sweep() {
  put_back
  for left in "$mark"??????; do
    if [ -d "$left" ] && [ ! -L "$left" ] && [ -O "$left" ]; then
      (exec 7< "$left" && flock -n 7 && discard "$left") 2> /dev/null
    fi
  done
}

# Creating, sweeping and renaming all require the lock of the parent. The name is set before the directory is created, so that a
# signal at any time removes it.
make_new() {
  if can_lock; then
    exec 8< "$parent"
    flock 8 2> /dev/null && sweep
  fi
  new=$(mktemp -u -- "${mark}XXXXXX" 2> /dev/null) || fail "$parent: cannot make a directory in it: $(cd -- "$parent" 2>&1 > /dev/null && echo 'mktemp failed' || echo 'permission denied')"
  said=$(mkdir -m 700 -- "$new" 2>&1) || fail "$parent: cannot make a directory in it: $said"
  if can_lock; then
    exec 9< "$new"
    flock -n 9 2> /dev/null && watch_over "$new"
    flock -u 8 2> /dev/null
  fi
  said=$(mkdir -- "$new/tree" 2>&1) || fail "$parent: cannot make a directory in it: $said"

  # Where upper and lower case are the same, members of two such names would replace each other without a word.
  [ ! -e "$new/TREE" ] || first=-k
}

clean_up() {
  trap '' HUP INT TERM
  [ -z "$new" ] || discard "$new"
  wait
}

unpack() {
  watched tar -x ${first:+"$first"} -f - -p -C "$new/tree" "$@"
}

# Root restores all metadata, other users those they may set. bsdtar writes headers that GNU tar may ignore.
unpack_with_gnu() {
  set -- --warning=no-unknown-keyword "$@"
  if [ "$(id -u)" = 0 ]; then
    unpack --xattrs --xattrs-include='*' --acls --numeric-owner --same-owner "$@"
  else
    unpack --xattrs --acls "$@"
  fi
}

# bsdtar converts names, which it cannot do in the locale C. With -k it skips a member whose name is taken, without a message.
unpack_with_bsd() {
  export LC_ALL=C.UTF-8
  [ -z "$first" ] || printf '%s: upper and lower case are the same there, and bsdtar does not name the members that it left out\n' "$path" >&3
  if [ "$(id -u)" = 0 ]; then
    unpack --numeric-owner --same-owner "$@"
  else
    unpack "$@"
  fi
}

# busybox tar skips pax headers, and would silently give files wrong names and contents; the first header shows the format.
unpack_with_busybox() {
  case $filter in
    -z) { gzip -dc || gzip_failed "$?"; } | unpack_plain "$@" ;;
    *) unpack_plain "$@" ;;
  esac
}

# Kills this script before tar sees the end of the pipe. Status 141 (SIGPIPE) only means that tar has exited.
gzip_failed() {
  [ "$1" = 141 ] || { printf 'gzip: the stream is damaged\n' >&3 && kill "$$"; }
}

unpack_plain() {
  header=$(dd bs=512 count=1 2> /dev/null | od -An -v -to1 | tr -s ' ' '\n' | sed -n 's/./\\0&/p')
  case $(printf '%s\n' "$header" | sed -n 157p) in
    '\0147' | '\0170') fail 'the tar here is of busybox, which does not understand the pax format; --plain makes the other end write another' ;;
  esac
  { printf '%s\n' "$header" | while read -r byte; do printf '%b' "$byte"; done; cat; } | unpack "$@" || return
  keep_mode
}

# Without root, busybox tar does not set the mode of the directory it unpacks into; the first header has it, if it is for "./".
keep_mode() {
  case $(printf '%s\n' "$header" | sed -n 1,3p | tr -d '\n') in
    '\0056\0057\0000') chmod "$(printf '%b' "$(printf '%s\n' "$header" | sed -n 104,107p | tr -d '\n')")" "$new/tree" ;;
  esac
}

# Called after tar has ended: the input ends only when all of it has arrived and was verified.
await_end() {
  cat > /dev/null
} 2> /dev/null

# Falls back to a plain sync, which reports no errors, only if sync does not support -f. Any other failure is a disk error.
keep_on_disk() {
  said=$(sync -f -- "$new" 2>&1) && return
  case $said in
    *'invalid option'* | *'unrecognized option'*) said=$(sync 2>&1) && return ;;
  esac
  fail "$path: cannot be synced: ${said:-sync failed}"
}

move() {
  mv -T -- "$1" "$2" 2> /dev/null || { [ ! -e "$2" ] && mv -- "$1" "$2"; }
}

# Exchanges two names atomically. 316 is renameat2, -100 AT_FDCWD, 2 RENAME_EXCHANGE.
exchange() {
  exch "$1" "$2" 2> /dev/null && return
  mv --exchange -T -- "$1" "$2" 2> /dev/null && return
  [ "$(uname -m)" = x86_64 ] && perl -e 'exit(syscall(316, -100, $ARGV[0], -100, $ARGV[1], 2) != 0)' -- "$1" "$2" 2> /dev/null
}

# Moves the complete tree, with all its modes, out of $new. A directory without write permission cannot be moved to another parent.
move_out() {
  if [ -w "$new/tree" ]; then
    move "$new/tree" "$new.new" || fail "$parent: the new tree cannot be moved there"
  else
    chmod u+w "$new/tree"
    move "$new/tree" "$new.new" || fail "$parent: the new tree cannot be moved there"
    chmod u-w "$new.new"
  fi
}

# Without a tool for the exchange, the target is missing for a moment between two renames.
replace() {
  if ! exchange "$new.new" "$path"; then
    old=$new.old
    move "$path" "$old" || fail "$path: cannot be moved aside"
    move "$new.new" "$path" || { move "$old" "$path"; fail "$path: the new tree cannot be moved there"; }
  fi
}

put_in_place() {
  old=''
  if can_lock; then flock 8 2> /dev/null; fi
  move_out
  if [ -e "$path" ]; then
    replace
  else
    move "$new.new" "$path" || fail "$path: the new tree cannot be moved there"
  fi
  if can_lock; then flock -u 8 2> /dev/null; fi
}

follow
name_parts
check_target
check_tar "$@"
trap clean_up EXIT
trap 'exit 143' HUP INT TERM
make_new
[ -z "$filter" ] || [ "$kind" = busybox ] || set -- "$filter" "$@"
case $kind in
  gnu) unpack_with_gnu "$@" ;;
  bsd) unpack_with_bsd "$@" ;;
  busybox) unpack_with_busybox "$@" ;;
  *) unpack "$@" ;;
esac || exit
await_end
keep_on_disk
trap '' HUP INT TERM
put_in_place
keep_on_disk
used=$new
new=''
discard "$used"
[ -z "$old" ] || discard "$old"
wait
for left in ${old:+"$old"} "$used.new"; do
  [ ! -e "$left" ] || printf '%s: the old tree could not be removed\n' "$left" >&3
done
exit 0
