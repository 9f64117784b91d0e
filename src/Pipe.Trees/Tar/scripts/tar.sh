#!/bin/sh
# What both ends begin with. In front of it stand, as assignments: path, filter ('', -z or --zstd), plain and
# one_file_system (yes or no); and "set --" with an --exclude=PATTERN each. On descriptor 3 goes what the user should know.
# shellcheck disable=SC2034,SC2154,SC2317
unset TAR_OPTIONS

# What a tar complains of is looked at: in English, and with names in the characters of the user.
if [ -n "${LC_ALL:-}" ]; then
  LC_CTYPE=$LC_ALL
  export LC_CTYPE
  unset LC_ALL
fi
LC_MESSAGES=C LANGUAGE=''
export LC_MESSAGES LANGUAGE

# GNU tar says no more than the last of a file that was cut short.
is_full() {
  case $1 in
    *': No space left on device' | *': Disk quota exceeded' | *': Wrote only '*' bytes') true ;;
    *) false ;;
  esac
}

# Words that begin with "no space" make it another exit status; dmscp(1).
fail() {
  if is_full "$1"; then
    printf 'no space for %s: %s\n' "$path" "$1" >&3
  else
    printf '%s\n' "$1" >&3
  fi
  exit 2
}

# Which tar this host has. Not by its help text: that differs from build to build.
tar_kind() {
  case $(tar --version 2> /dev/null) in
    *'GNU tar'*) echo gnu ;;
    *bsdtar* | *libarchive*) echo bsd ;;
    *[Bb]usy[Bb]ox*) echo busybox ;;
    *) echo unknown ;;
  esac
}

# Where the file system or the rights of the user have no room for it: the data are there, and what was lost is told.
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

# The last line of a GNU tar that has failed says nothing of its own.
look_at() {
  if is_lost "$1"; then
    lost=$lost$1'
'
  elif [ -z "$lost" ] || [ "$1" != 'tar: Exiting with failure status due to previous errors' ]; then
    complaint=${complaint:-$1}
    ! is_full "$1" || full=${full:-$1}
  fi
}

# watched COMMAND...: runs it on the streams of the script; what it complains of is handed on line by line. In the end
# "verdict STATUS COMPLAINT" decides, with the first of these lines, or the first that says that the disk is full. What the shell itself says of a tar that was killed
# is nobody's business.
watched() {
  { "$@" 2>&1 >&5 3>&- 5>&- 6>&-; printf '\n%s\n' "$?"; } | (
    exec 5>&-
    status='' complaint='' full='' lost=''
    while IFS= read -r line; do
      [ -n "$line" ] || continue
      [ -z "$status" ] || printf '%s\n' "$status" >&6
      look_at "$status"
      status=$line
    done
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

# Not every busybox has been built with it.
check_exclude() {
  tar -c -f /dev/null --exclude=x /dev/null > /dev/null 2>&1 || fail 'the tar here is of busybox, which knows no --exclude'
}

# Not everybody has a standard error.
(exec 6>&2) || exec 2> /dev/null
exec 5>&1 6>&2
