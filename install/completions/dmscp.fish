# fish completion for dmscp

function __dmscp_hosts
    if type -q __fish_print_hostnames
        __fish_print_hostnames
    end
end

complete -c dmscp -f
complete -c dmscp -o r -d 'Read: from the remote host'
complete -c dmscp -o w -d 'Write: to the remote host'
complete -c dmscp -o d -x -d 'Remote directory'
complete -c dmscp -o f -x -a 'null: pattern:' -d 'Remote file or device'
complete -c dmscp -o R -x -d 'Remote command'
complete -c dmscp -o l -r -F -d 'Local file or device'
complete -c dmscp -o L -x -a '(__fish_complete_command)' -d 'Local command'
complete -c dmscp -o inplace -d 'Write into the existing file'
complete -c dmscp -o s -x -a '(__dmscp_hosts)' -d 'Remote host'
complete -c dmscp -o u -x -a '(__fish_complete_users)' -d 'User there'
complete -c dmscp -o P -x -d 'Port of the ssh server'
complete -c dmscp -o o -x -d 'Option in the form of ssh_config(5)'
complete -c dmscp -o ssh-config -r -F -d 'Configuration file for ssh'
complete -c dmscp -o e -x -a local -d 'Another remote shell'
complete -c dmscp -o prefix -x -d 'Shell text that runs there first'
complete -c dmscp -o p -x -d 'Ports for the data connections'
complete -c dmscp -o wsz -x -d 'Socket buffer size'
complete -c dmscp -o checksum -a 'xxh3 crc32c sha256 none' -d 'How each block is checked'
complete -c dmscp -o authenticate -d 'Tag every block'
complete -c dmscp -o encrypt -d 'Encipher and tag every block'
complete -c dmscp -o connect -x -a 'auto direct reverse ssh' -d 'How data connections come about'
complete -c dmscp -o data-host -x -d 'Address for data connections'
complete -c dmscp -o streams -x -d 'Number of data connections'
complete -c dmscp -o rate -x -d 'Bytes a second at most'
complete -c dmscp -o timeout -x -d 'How long the other side may be silent'
complete -c dmscp -o progress -d 'Draw a meter'
complete -c dmscp -o events -r -F -d 'Write what happens as lines of JSON'
complete -c dmscp -o q -d 'No warnings, no meter'
complete -c dmscp -o v -d 'Say what is done'
complete -c dmscp -o vv -d 'Say more'
complete -c dmscp -o print-plan -d 'Print the command line in its plainest form'
complete -c dmscp -o server -d 'Be the remote end'
complete -c dmscp -o h -d 'Print a short description of the options'
complete -c dmscp -o version -d 'Print the version'
