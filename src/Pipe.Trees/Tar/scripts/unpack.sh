#!/bin/sh
# Unpacks a tar stream beside $path, and when all of it is right, gives the tree that name. The tree grows as $new/tree: nobody else can
# enter $new, whatever mode the tree has at the moment. $new is locked while it is in use; an unused one was left by a killed run, and goes.
# shellcheck disable=SC2016,SC2034,SC2154,SC2317
new='' first=''

# verdict STATUS COMPLAINT ONLY LOST: GNU tar's status 2 with no other complaint than what was lost is no failure.
verdict() {
  if [ "$1" != 0 ] && { [ "$1-$kind" != 2-gnu ] || [ -z "$4" ] || [ -n "$3" ]; }; then fail "$2"; fi
  printf '%s' "$4" >&3
}

# A symbolic link stays: what it leads to is replaced. The x keeps newlines at the end of a name.
follow() {
  if [ -L "$path" ]; then
    [ -e "$path" ] || fail "$path: a symbolic link to nothing"
    real=$(readlink -f -- "$path" && echo x) || fail "$path: a symbolic link that cannot be followed"
    real=${real%x}
    path=${real%?}
  fi
}

# Into $parent and $mark, which the names of all directories of ours begin with. A long name is cut, and a checksum tells it from
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

# A directory of ours with the tree that was moved out of it. Directories may be such that their own owner cannot empty them.
remove='rm -rf -- "$1.new" "$1" || { chmod -R u+rwx -- "$1.new" "$1"; rm -rf -- "$1.new" "$1"; }'

# apart SCRIPT DIRECTORY: in a session of its own, nobody who ends this script ends it.
apart() {
  $(command -v setsid) sh -c "$1" sh "$2" < /dev/null > /dev/null 2>&1 3>&- 5>&- 6>&- 8>&- 9>&- &
}

discard() {
  apart "$remove" "$1"
}

# However this script ends: when nobody holds the lock any more, what still has the name of the new directory is refuse. It is
# nobody's child, so that nobody waits for it.
watch_over() {
  (apart "exec 7< \"\$1\" && flock 7 && { $remove; }" "$1")
}

# The old tree of a run that was killed in the middle of replacing it is the only one there is: it comes back.
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

# Whoever makes a directory here, or sweeps, or changes names, holds the lock of the parent meanwhile. The name is known before
# the directory is there: whenever a signal comes, it is removed.
make_new() {
  if can_lock; then
    exec 8< "$parent"
    flock 8 2> /dev/null && sweep
  fi
  new=$(mktemp -u -- "${mark}XXXXXX")
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

# Root restores everything, others what is theirs to set. A bsdtar writes headers that GNU tar need not know.
unpack_with_gnu() {
  set -- --warning=no-unknown-keyword "$@"
  if [ "$(id -u)" = 0 ]; then
    unpack --xattrs --xattrs-include='*' --acls --numeric-owner --same-owner "$@"
  else
    unpack --xattrs --acls "$@"
  fi
}

# It converts names, and in the locale C it cannot.
unpack_with_bsd() {
  export LC_ALL=C.UTF-8
  if [ "$(id -u)" = 0 ]; then
    unpack --numeric-owner --same-owner "$@"
  else
    unpack "$@"
  fi
}

# This tar skips pax headers, and would give files wrong names and contents without a word: the first header tells.
unpack_with_busybox() {
  case $filter in
    -z) { gzip -dc || gzip_failed "$?"; } | unpack_plain "$@" ;;
    *) unpack_plain "$@" ;;
  esac
}

# Before the reader of the pipe sees its end. A reader that is gone is its own affair.
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

# As a user this tar leaves the mode of the directory that it unpacks in: the first header has it, if it is that of "./".
keep_mode() {
  case $(printf '%s\n' "$header" | sed -n 1,3p | tr -d '\n') in
    '\0056\0057\0000') chmod "$(printf '%b' "$(printf '%s\n' "$header" | sed -n 104,107p | tr -d '\n')")" "$new/tree" ;;
  esac
}

# After tar's own end: the end of the input comes only when all of it has arrived and was checked.
await_end() {
  cat > /dev/null
} 2> /dev/null

# Only a sync that knows no -f may be asked without: then the system tells no errors. Any other failure is one of the disk.
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

# True if the two names were exchanged in one step. 316 is renameat2, -100 the working directory, 2 RENAME_EXCHANGE.
exchange() {
  exch "$1" "$2" 2> /dev/null && return
  mv --exchange -T -- "$1" "$2" 2> /dev/null && return
  [ "$(uname -m)" = x86_64 ] && perl -e 'exit(syscall(316, -100, $ARGV[0], -100, $ARGV[1], 2) != 0)' -- "$1" "$2" 2> /dev/null
}

# The tree is whole, with all its modes, and may be seen. Who may not write into a directory cannot move it to another one.
move_out() {
  if [ -w "$new/tree" ]; then
    move "$new/tree" "$new.new" || fail "$parent: the new tree cannot be moved there"
  else
    chmod u+w "$new/tree"
    move "$new/tree" "$new.new" || fail "$parent: the new tree cannot be moved there"
    chmod u-w "$new.new"
  fi
}

# Without a tool for that there is a moment between two renames in which the target has no tree.
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
