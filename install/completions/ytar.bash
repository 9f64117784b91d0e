# bash completion for ytar

# The names on a remote host that begin as the word HOST:PATH does, without the part before the colon. ssh asks nothing: it needs a key.
_ytar_there() {
  local host=${1%%:*} path=${1#*:}
  ssh -o BatchMode=yes -o ConnectTimeout=3 -- "$host" "ls -1dpL -- $(printf '%q' "$path")* 2> /dev/null" 2> /dev/null < /dev/null
}

_ytar() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  # The words of bash break at = and at a colon.
  case $previous$word in
    --*=) word= ;;
    =*) previous=${COMP_WORDS[COMP_CWORD - 2]} ;;
  esac
  local typed=${COMP_LINE:0:COMP_POINT}
  typed=${typed##* }
  local options='-z --zstd --exclude --one-file-system --plain --to-file --from-file -P -o -F -e -prefix -p
    -authenticate -encrypt -connect -rate -timeout -progress -events -json -q -v -vv -print-plan -h
    -version --ssh-port --ssh-option --ssh-config --launch -keep-login -bootstrap --ports
    -socket-buffer -checksum -channel -udp -mtu -udp-buffer -data-host -streams --quiet
    --verbose --very-verbose --help'
  COMPREPLY=()
  case $previous in
    -channel) mapfile -t COMPREPLY < <(compgen -W "tcp udp auto" -- "$word") ;;
    -checksum) mapfile -t COMPREPLY < <(compgen -W "xxh3 crc32c sha256 none" -- "$word") ;;
    -connect) mapfile -t COMPREPLY < <(compgen -W "auto direct reverse ssh" -- "$word") ;;
    -e | --launch) mapfile -t COMPREPLY < <(compgen -W "builtin local" -- "$word") ;;
    --exclude | -P | --ssh-port | -o | --ssh-option | -prefix | -p | --ports | -rate | -timeout | -F | --ssh-config | -keep-login | -socket-buffer | -udp | -mtu | -udp-buffer | -data-host | -streams | -events) ;;
    *)
      if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
      elif [[ $typed == [!-/.]*:* && ${typed%%:*} != */* ]]; then
        compopt -o filenames -o nospace 2>/dev/null
        mapfile -t COMPREPLY < <(_ytar_there "$typed")
      else
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
      fi
      ;;
  esac
}

complete -F _ytar ytar
