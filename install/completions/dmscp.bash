# bash completion for dmscp

_dmscp_hosts() {
  local config=~/.ssh/config known=~/.ssh/known_hosts
  [ -r "$config" ] && awk 'tolower($1) == "host" { for (i = 2; i <= NF; i++) if ($i !~ /[*?!]/) print $i }' "$config"
  [ -r "$known" ] && awk '$1 !~ /^[|@#]/ { split($1, names, ","); for (i in names) { sub(/^\[/, "", names[i]); sub(/\]:.*/, "", names[i]); print names[i] } }' "$known"
}

_dmscp() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local options='-r -w -d -f -R -l -L -filter -program -inplace -tree -recurse -preserve -all -links
    -resume -quick -delete -inside -one-file-system -exclude -verify -dry-run -trust-names -s
    -u -P -o -ssh-config -e -prefix -keep-login -bootstrap -F -S -T -FMigrate -frelease -hsm
    -migrate-cmd -state-cmd -release-cmd -recall-cmd -recall-ahead -range -index -allow-empty
    -member -filtered -unfilter -p -wsz -checksum -authenticate -encrypt -connect -data-host
    -streams -rate -timeout -progress -events -json -q -v -vv -print-plan -server -spare -h -version
    --remote-command --local-command --stub --wait --migrate --release --ssh-port --ssh-option
    --launch --ports --socket-buffer -channel -udp -mtu -udp-buffer --quiet --verbose
    --very-verbose --help'
  COMPREPLY=()
  case $previous in
    -s) mapfile -t COMPREPLY < <(compgen -W "$(_dmscp_hosts)" -- "$word") ;;
    -u) mapfile -t COMPREPLY < <(compgen -u -- "$word") ;;
    -l | -events | -ssh-config)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      ;;
    -checksum) mapfile -t COMPREPLY < <(compgen -W "xxh3 crc32c sha256 none $options" -- "$word") ;;
    -connect) mapfile -t COMPREPLY < <(compgen -W "auto direct reverse ssh" -- "$word") ;;
    -e | --launch) mapfile -t COMPREPLY < <(compgen -W "builtin local" -- "$word") ;;
    -hsm) mapfile -t COMPREPLY < <(compgen -W "dmf lustre eeadm dsm stornext beegfs gpfs-script sam cmd" -- "$word") ;;
    -F | -S | --stub | -T | --wait | -migrate-cmd | -state-cmd | -release-cmd | -recall-cmd | -recall-ahead | -range | -member | -filtered | -filter | -program) ;;
    -d | -f | -R | --remote-command | -L | --local-command | -exclude | -P | --ssh-port | -o | --ssh-option | -prefix | -keep-login | -p | --ports | -wsz | --socket-buffer | -data-host | -streams | -rate | -timeout | -channel | -udp | -mtu | -udp-buffer) ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word") ;;
  esac
}

complete -F _dmscp dmscp
