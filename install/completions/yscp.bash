# bash completion for yscp

_yscp_hosts() {
  local config=~/.ssh/config known=~/.ssh/known_hosts
  [ -r "$config" ] && awk 'tolower($1) == "host" { for (i = 2; i <= NF; i++) if ($i !~ /[*?!]/) print $i ":" }' "$config"
  [ -r "$known" ] && awk '$1 !~ /^[|@#]/ { split($1, names, ","); for (i in names) { sub(/^\[/, "", names[i]); sub(/\]:.*/, "", names[i]); print names[i] ":" } }' "$known"
}

# The names on a remote host that begin as the word HOST:PATH does, without the part before the colon. ssh asks nothing: it needs a key.
_yscp_there() {
  local host=${1%%:*} path=${1#*:}
  ssh -o BatchMode=yes -o ConnectTimeout=3 -- "$host" "ls -1dpL -- $(printf '%q' "$path")* 2> /dev/null" 2> /dev/null < /dev/null
}

_yscp() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  # The words of bash break at = and at a colon.
  case $previous$word in
    --*=) word= ;;
    =*) previous=${COMP_WORDS[COMP_CWORD - 2]} ;;
  esac
  local typed=${COMP_LINE:0:COMP_POINT}
  typed=${typed##* }
  local options='-r -p -a -Z --resume --quick --exclude --one-file-system --delete --verify --dry-run -T -P
    -i -J -o -F -S --keep-login --bootstrap -4 -6 -A -B -C -3 -R -l --rate --encrypt
    --authenticate -c --ports --connect --streams -q -v --events --json --print-plan -h --help
    --version -D -O -s -X --ssh-port --ssh-option --ssh-config --launch --prefix
    --socket-buffer --checksum --channel --udp --mtu --udp-buffer --data-host --timeout
    --progress --quiet --verbose'
  COMPREPLY=()
  case $previous in
    --channel) mapfile -t COMPREPLY < <(compgen -W "tcp udp auto" -- "$word") ;;
    --checksum) mapfile -t COMPREPLY < <(compgen -W "xxh3 crc32c sha256 none" -- "$word") ;;
    --launch) mapfile -t COMPREPLY < <(compgen -W "builtin local" -- "$word") ;;
    -i | -F | --ssh-config | -S | -D | --events)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      return
      ;;
    --connect) mapfile -t COMPREPLY < <(compgen -W "auto direct reverse ssh" -- "$word") ;;
    -X) mapfile -t COMPREPLY < <(compgen -W "nrequests= buffer=" -- "$word") ;;
    --exclude | -P | --ssh-port | -J | -o | --ssh-option | -l | --rate | -c | --keep-login | --ports | --streams | --prefix | --socket-buffer | --udp | --mtu | --udp-buffer | --data-host | --timeout) ;;
    *)
      if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
      elif [[ $typed == [!-/.]*:* && ${typed%%:*} != */* ]]; then
        compopt -o filenames -o nospace 2>/dev/null
        mapfile -t COMPREPLY < <(_yscp_there "$typed")
      else
        compopt -o filenames -o nospace 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$word"; compgen -W "$(_yscp_hosts)" -- "$word")
      fi
      ;;
  esac
}

complete -F _yscp yscp
