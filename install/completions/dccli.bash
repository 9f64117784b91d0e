# bash completion for dccli

_dccli_hosts() {
  local config=~/.ssh/config known=~/.ssh/known_hosts
  [ -r "$config" ] && awk 'tolower($1) == "host" { for (i = 2; i <= NF; i++) if ($i !~ /[*?!]/) print $i ":" }' "$config"
  [ -r "$known" ] && awk '$1 !~ /^[|@#]/ { split($1, names, ","); for (i in names) { sub(/^\[/, "", names[i]); sub(/\]:.*/, "", names[i]); print names[i] ":" } }' "$known"
}

_dccli() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local options='-r -p -a -Z --resume --quick --exclude --one-file-system --delete --verify --dry-run --command --to
    --allocation -H --fanout --slow --memory --retries --strict -P -i -J -o -F --keep-login --bootstrap -4 -6 -A -B -C
    -l --rate --encrypt --authenticate -c --ports --connect --streams -q -v --events --print-plan -h --help --version
    --ssh-port --ssh-option --ssh-config --launch --prefix --socket-buffer --checksum --channel --udp --mtu --udp-buffer
    --data-host --timeout --progress --quiet --verbose --json'
  COMPREPLY=()
  case $previous in
    --checksum) mapfile -t COMPREPLY < <(compgen -W "xxh3 crc32c sha256 none" -- "$word") ;;
    --launch) mapfile -t COMPREPLY < <(compgen -W "builtin local" -- "$word") ;;
    -i | -F | --ssh-config | --to | --events)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      return
      ;;
    --connect) mapfile -t COMPREPLY < <(compgen -W "auto direct reverse ssh" -- "$word") ;;
    --slow) mapfile -t COMPREPLY < <(compgen -W "reread wait drop:" -- "$word") ;;
    -H) mapfile -t COMPREPLY < <(compgen -W "$(_dccli_hosts | tr -d :)" -- "$word") ;;
    --exclude | --command | --fanout | --memory | --retries | -P | --ssh-port | -J | -o | --ssh-option | -l | --rate | -c | --keep-login | --ports | --streams | --prefix | --socket-buffer | --channel | --udp | --mtu | --udp-buffer | --data-host | --timeout) ;;
    *)
      if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
      else
        compopt -o filenames -o nospace 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$word"; compgen -W "$(_dccli_hosts)" -- "$word")
      fi
      ;;
  esac
}

complete -F _dccli dccli
