# bash completion for yarchive

_yarchive() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local options='--tree -o --range --member --filter --encrypt-with --decrypt-with --raw --fragment --stub
    --next --allow-empty --index --resume --wait --keep --migrate --release --hsm
    --migrate-cmd --state-cmd --release-cmd --recall-cmd --recall-ahead --json --fragments
    --sample --sha256 --force --dry-run -P -O -F -e -prefix -p -authenticate -encrypt -connect
    -rate -timeout -progress -events -q -v -vv -print-plan -h -version --ssh-port --ssh-option
    --ssh-config --launch -keep-login -bootstrap --ports -socket-buffer -checksum -channel
    -udp -mtu -udp-buffer -data-host -streams --quiet --verbose --very-verbose --help'
  COMPREPLY=()
  case $previous in
    -checksum) mapfile -t COMPREPLY < <(compgen -W "xxh3 crc32c sha256 none" -- "$word") ;;
    -connect) mapfile -t COMPREPLY < <(compgen -W "auto direct reverse ssh" -- "$word") ;;
    -e | --launch) mapfile -t COMPREPLY < <(compgen -W "builtin local" -- "$word") ;;
    --filter) mapfile -t COMPREPLY < <(compgen -W "zstd gzip" -- "$word") ;;
    --hsm) mapfile -t COMPREPLY < <(compgen -W "dmf lustre eeadm dsm stornext beegfs gpfs-script sam" -- "$word") ;;
    --range | --member | --encrypt-with | --decrypt-with | --fragment | --stub | --wait | --keep | --migrate-cmd | --state-cmd | --release-cmd | --recall-cmd | --recall-ahead | --sample | -P | --ssh-port | -O | --ssh-option | -prefix | -p | --ports | -rate | -timeout | --tree | -o | --next | -F | --ssh-config | -keep-login | -socket-buffer | -channel | -udp | -mtu | -udp-buffer | -data-host | -streams | -events) ;;
    *)
      if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
      elif ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W "put get verify ls info rm" -- "$word")
      else
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
      fi
      ;;
  esac
}

complete -F _yarchive yarchive
