# bash completion for dolly

_dolly_hosts() {
  local known=~/.ssh/known_hosts
  [ ! -r "$known" ] || sed -n 's/^\([A-Za-z0-9][A-Za-z0-9.-]*\)[, ].*/\1/p' "$known"
}

_dolly() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local options='-f -I -D -X -d -t -c -H -O --command -s -S --fanout -n --verify --strict --classic --allow-from --outfile -b
    -r -Y --ssh --launch --ssh-port --ssh-option --ssh-config --prefix --keep-login --bootstrap -R -4 -6 -a
    --timeout --rate --encrypt --authenticate --ports -u --socket-buffer --checksum --channel --udp --mtu --udp-buffer
    --data-host --streams -q --quiet -v --verbose --progress --print-plan --events --json -o -h --help -V --version'
  COMPREPLY=()
  case $previous in
    --checksum) mapfile -t COMPREPLY < <(compgen -W "xxh3 crc32c sha256 none" -- "$word") ;;
    --channel) mapfile -t COMPREPLY < <(compgen -W "tcp udp auto" -- "$word") ;;
    --launch) mapfile -t COMPREPLY < <(compgen -W "builtin local" -- "$word") ;;
    --verify) mapfile -t COMPREPLY < <(compgen -W "read" -- "$word") ;;
    -H) mapfile -t COMPREPLY < <(compgen -W "$(_dolly_hosts)" -- "$word") ;;
    -f | -I | -O | --outfile | --ssh-config | --events | -o) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    -D | -X | -t | -c | --command | --fanout | --allow-from | -b | -r | --ssh | --ssh-port | --ssh-option | --prefix | --keep-login | -a | --timeout | --rate | --ports | -u | --socket-buffer | --udp | --mtu | --udp-buffer | --data-host | --streams) ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word") ;;
  esac
}

complete -F _dolly dolly
