# bash completion for lazyclone

_lazyclone() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local options='--metadata --region --table --force --live-source --dm-defaults --io-timeout --max-failures
    --socket --listen --tls-certificates --stdio --json --event --range --file -P -o -F -e -prefix -p -authenticate -encrypt
    -connect -rate -timeout -progress -events -print-plan -q -v -vv -h -version --ssh-port --ssh-option --ssh-config --launch
    -keep-login -bootstrap --ports -socket-buffer -checksum -channel -udp -mtu -udp-buffer
    -data-host -streams --quiet --verbose --very-verbose --help'
  COMPREPLY=()
  case $previous in
    -checksum) mapfile -t COMPREPLY < <(compgen -W "xxh3 crc32c sha256 none" -- "$word") ;;
    -connect) mapfile -t COMPREPLY < <(compgen -W "auto direct reverse ssh" -- "$word") ;;
    -e | --launch) mapfile -t COMPREPLY < <(compgen -W "builtin local" -- "$word") ;;
    --event) mapfile -t COMPREPLY < <(compgen -W "hydrated hydration-stopped source-lost source-back mode finished" -- "$word") ;;
    --tls-certificates) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
    --metadata | --socket | --file | -events) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    --region | --table | --io-timeout | --max-failures | --listen | --range | -P | --ssh-port | -o | --ssh-option | -prefix | -p | --ports | -rate | -timeout | -F | --ssh-config | -keep-login | -socket-buffer | -channel | -udp | -mtu | -udp-buffer | -data-host | -streams) ;;
    *)
      if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
      else
        [ "$COMP_CWORD" != 1 ] || mapfile -t COMPREPLY < <(compgen -W 'status message wait finish warm repair' -- "$word")
        compopt -o filenames 2>/dev/null
        mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$word")
      fi
      ;;
  esac
}

complete -F _lazyclone lazyclone
