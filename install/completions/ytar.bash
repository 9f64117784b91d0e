# bash completion for ytar

_ytar() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local options='-z --zstd --exclude --one-file-system --plain --to-file --from-file -P -o -F -e -prefix -p
    -authenticate -encrypt -connect -rate -timeout -progress -events -q -v -vv -print-plan -h
    -version --ssh-port --ssh-option --ssh-config --launch -keep-login -bootstrap --ports
    -socket-buffer -checksum -channel -udp -mtu -udp-buffer -data-host -streams --quiet
    --verbose --very-verbose --help'
  COMPREPLY=()
  case $previous in
    -checksum) mapfile -t COMPREPLY < <(compgen -W "xxh3 crc32c sha256 none" -- "$word") ;;
    -connect) mapfile -t COMPREPLY < <(compgen -W "auto direct reverse ssh" -- "$word") ;;
    -e | --launch) mapfile -t COMPREPLY < <(compgen -W local -- "$word") ;;
    --exclude | -P | --ssh-port | -o | --ssh-option | -prefix | -p | --ports | -rate | -timeout | -F | --ssh-config | -keep-login | -socket-buffer | -channel | -udp | -mtu | -udp-buffer | -data-host | -streams | -events) ;;
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
