# bash completion for yarchive

_yarchive() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local options='--tree -o --range --member --filter --encrypt-with --decrypt-with --raw
    --fragment --stub --next --allow-empty --index --resume --wait --keep --migrate
    --release --hsm --migrate-cmd --state-cmd --release-cmd --recall-cmd
    --recall-ahead --json --fragments --sample --sha256 --force --dry-run -P -O
    -F -e -prefix -p -authenticate -encrypt -channel -udp -mtu -udp-buffer -connect -rate -timeout
    -progress -events -q -v -vv -print-plan -h -version'
  COMPREPLY=()
  case $previous in
    -channel) mapfile -t COMPREPLY < <(compgen -W "tcp udp auto" -- "$word") ;;
    -udp) mapfile -t COMPREPLY < <(compgen -W "fair low fixed:" -- "$word") ;;
    -connect) mapfile -t COMPREPLY < <(compgen -W "auto direct reverse ssh" -- "$word") ;;
    -e) mapfile -t COMPREPLY < <(compgen -W local -- "$word") ;;
    --filter) mapfile -t COMPREPLY < <(compgen -W "zstd gzip" -- "$word") ;;
    --hsm) mapfile -t COMPREPLY < <(compgen -W "dmf lustre eeadm dsm stornext beegfs gpfs-script sam" -- "$word") ;;
    --range | --member | --encrypt-with | --decrypt-with | --fragment | --stub | --wait | --keep | --migrate-cmd | --state-cmd | --release-cmd | --recall-cmd | --recall-ahead | --sample | -P | -O | -prefix | -p | -mtu | -udp-buffer | -rate | -timeout) ;;
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
