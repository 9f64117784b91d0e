# bash completion for ytar

_ytar() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local options='-z --zstd --exclude --one-file-system --plain --to-file --from-file
    -P -o -F -e -prefix -p -authenticate -encrypt -channel -udp -mtu -udp-buffer -connect -rate -timeout
    -progress -events -q -v -vv -print-plan -h -version'
  COMPREPLY=()
  case $previous in
    -channel) mapfile -t COMPREPLY < <(compgen -W "tcp udp auto" -- "$word") ;;
    -udp) mapfile -t COMPREPLY < <(compgen -W "fair low fixed:" -- "$word") ;;
    -connect) mapfile -t COMPREPLY < <(compgen -W "auto direct reverse ssh" -- "$word") ;;
    -e) mapfile -t COMPREPLY < <(compgen -W local -- "$word") ;;
    --exclude | -P | -o | -prefix | -p | -mtu | -udp-buffer | -rate | -timeout) ;;
    *)
      if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
      else
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
      fi
      ;;
  esac
}

complete -F _ytar ytar
