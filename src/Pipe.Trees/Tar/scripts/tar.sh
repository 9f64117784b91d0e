#!/bin/sh
# The common first part of both ends. The caller prepends assignments of path, filter ('', -z or --zstd), plain and
# one_file_system (yes or no), and "set --" with an --exclude=PATTERN each. Messages for the user go to descriptor 3.
# shellcheck disable=SC2034,SC2154,SC2317
unset TAR_OPTIONS

# The script parses tar's messages, so they must be in English, but with names in the user's character set.
if [ -n "${LC_ALL:-}" ]; then
  LC_CTYPE=$LC_ALL
  export LC_CTYPE
  unset LC_ALL
fi
LC_MESSAGES=C LANGUAGE=''
export LC_MESSAGES LANGUAGE

# "Wrote only": the only message of GNU tar about a file that was cut short.
is_full() {
  case $1 in
    *': No space left on device' | *': Disk quota exceeded' | *': Wrote only '*' bytes') true ;;
    *) false ;;
  esac
}

# A message that begins with "no space" leads to a different exit status; see dmscp(1).
fail() {
  if is_full "$1"; then
    printf 'no space for %s: %s\n' "$path" "$1" >&3
  else
    printf '%s\n' "$1" >&3
  fi
  exit 2
}

# Identifies this host's tar, not by its help text, which differs from build to build.
tar_kind() {
  case $(tar --version 2> /dev/null) in
    *'GNU tar'*) echo gnu ;;
    *bsdtar* | *libarchive*) echo bsd ;;
    *[Bb]usy[Bb]ox*) echo busybox ;;
    *) echo unknown ;;
  esac
}

# Whether a message reports only lost metadata, which the file system or the user's rights do not allow: the data are intact.
is_lost() {
  case $1 in
    *'Cannot set '*' extended attribute for file '* | *': Cannot set POSIX ACLs for file '* | *': Cannot drop default POSIX ACLs for file '*)
      case $1 in
        *': Operation not '* | *': No space left on device' | *': Argument list too long' | *': Numerical result out of range') true ;;
        *) false ;;
      esac
      ;;
    *': Cannot change ownership to '*': Operation not '* | *': Cannot change mode to '*': Operation not '*) true ;;
    *': Cannot utime: Invalid argument' | *': Cannot utime: Operation not '*) true ;;
    *': Cannot create symlink to '*': Operation not '* | *': Cannot mknod: Operation not '* | *': Cannot mkfifo: Operation not '*) true ;;
    *': File exists' | *': Not a directory') [ -n "${first:-}" ] ;;
    *) false ;;
  esac
}

# Classifies one message. The last line of a failed GNU tar has no information of its own.
look_at() {
  if is_lost "$1"; then
    lost=$lost$1'
'
  elif [ -z "$lost" ] || [ "$1" != 'tar: Exiting with failure status due to previous errors' ]; then
    complaint=${complaint:-$1}
    ! is_full "$1" || full=${full:-$1}
  fi
}

# Forwards a message to the user: of many with the same cause in a row the first ten, and the number of the others; after a full disk,
# nothing, because every further member fails too. An empty one ends a row.
show() {
  [ -z "$full" ] || return 0
  if [ -z "$1" ] || [ "${1##*: }" != "$cause" ]; then
    [ "$times" -le 10 ] || printf 'and %s more: %s\n' "$((times - 10))" "$cause" >&6
    cause=${1##*: } times=0
  fi
  times=$((times + 1))
  [ -z "$1" ] || [ "$times" -gt 10 ] || printf '%s\n' "$1" >&6
}

# watched COMMAND...: runs it on the script's streams and forwards its messages line by line. At the end
# "verdict STATUS COMPLAINT" decides; COMPLAINT is the first message, or the first that reports a full disk. The shell's own
# message about a killed tar is discarded.
watched() {
  { "$@" 2>&1 >&5 3>&- 5>&- 6>&-; printf '\n%s\n' "$?"; } | (
    exec 5>&-
    status='' complaint='' full='' lost='' cause='' times=0
    while IFS= read -r line; do
      [ -n "$line" ] || continue
      [ -z "$status" ] || show "$status"
      look_at "$status"
      status=$line
    done
    show ''
    complaint=${full:-$complaint}
    verdict "$status" "${complaint:-tar ended with status $status}" "$complaint" "$lost"
  )
} 2> /dev/null

check_tar() {
  command -v tar > /dev/null || fail 'tar: not found'
  kind=$(tar_kind)
  if [ "$kind$filter" = busybox--zstd ]; then fail 'the tar here is of busybox, which knows no zstd'; fi
  if [ "$kind" = busybox ] && [ $# -gt 0 ]; then check_exclude; fi
}

# Some builds of busybox lack --exclude.
check_exclude() {
  tar -c -f /dev/null --exclude=x /dev/null > /dev/null 2>&1 || fail 'the tar here is of busybox, which knows no --exclude'
}

# Standard error may be closed.
(exec 6>&2) || exec 2> /dev/null
exec 5>&1 6>&2
