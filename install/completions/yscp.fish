# fish completion for yscp

function __yscp_hosts
    if type -q __fish_print_hostnames
        __fish_print_hostnames | string replace -r '$' ':'
    end
end

# The names on the remote host that begin as the word HOST:PATH does. ssh asks nothing: it needs a key.
function __yscp_there
    set -l word (commandline -ct)
    if string match -qr '^[^-/.][^/]*:' -- $word
        set -l parts (string split -m 1 : -- $word)
        ssh -o BatchMode=yes -o ConnectTimeout=3 -- $parts[1] "ls -1dpL -- "(string escape --style=script -- $parts[2])"* 2> /dev/null" 2> /dev/null < /dev/null | string replace -r '^' "$parts[1]:"
    end
end

complete -c yscp -a '(__yscp_hosts)' -d 'Remote host'
complete -c yscp -a '(__yscp_there)' -d 'Remote file'
complete -c yscp -s r -d 'Copy directories recursively'
complete -c yscp -s p -d 'Keep modification times and permissions'
complete -c yscp -s a -d 'Keep all metadata'
complete -c yscp -s Z -l resume -d 'Send only data that the target lacks'
complete -c yscp -l quick -d 'Trust equal size and time'
complete -c yscp -l exclude -x -d 'Leave out matching names'
complete -c yscp -l one-file-system -d 'Stay on the file system of the source'
complete -c yscp -l delete -d 'Remove files that the source lacks'
complete -c yscp -l verify -d 'Compare both sides by digests'
complete -c yscp -l dry-run -d 'Print the actions of a copy, write nothing'
complete -c yscp -s T -d 'Accept all names that the remote host sends'
complete -c yscp -s P -x -d 'Port of the ssh server'
complete -c yscp -s i -r -F -d 'Private key'
complete -c yscp -s J -x -d 'Connect through these jump hosts'
complete -c yscp -s o -x -d 'Option in the form of ssh_config(5)'
complete -c yscp -s F -r -F -d 'Configuration file for ssh'
complete -c yscp -s S -r -F -d 'Program to start instead of ssh'
complete -c yscp -s 4 -d 'Use IPv4 only'
complete -c yscp -s 6 -d 'Use IPv6 only'
complete -c yscp -s A -d 'Forward the authentication agent'
complete -c yscp -s B -d 'Never ask for a password'
complete -c yscp -s C -d 'Compress traffic inside ssh'
complete -c yscp -s 3 -d 'Between two remote hosts, all data through this host'
complete -c yscp -s R -d 'Between two remote hosts, run the copy on the first'
complete -c yscp -s l -x -d 'limit in Kbit a second'
complete -c yscp -l rate -x -d 'Limit in bytes a second'
complete -c yscp -l encrypt -d 'Encrypt and authenticate every block'
complete -c yscp -l authenticate -d 'Authenticate every block'
complete -c yscp -s c -x -d 'Cipher for ssh'
complete -c yscp -l keep-login -x -d 'Keep the login open for the next call'
complete -c yscp -l bootstrap -d 'Copy this program there if it is missing'
complete -c yscp -l ports -x -d 'Ports for incoming data connections'
complete -c yscp -l connect -x -a 'auto direct reverse ssh' -d 'How data connections are made'
complete -c yscp -l streams -x -d 'Number of data connections'
complete -c yscp -s q -d 'Show no warnings and no meter'
complete -c yscp -s v -d 'Describe each step'
complete -c yscp -l events -r -F -d 'Write events as lines of JSON'
complete -c yscp -l json -d 'Print the result as one JSON object'
complete -c yscp -l print-plan -d 'Print the equivalent dmscp command lines'
complete -c yscp -s h -l help -d 'Print a short description of the options'
complete -c yscp -l version -d 'Print the version'
complete -c yscp -s D -r -F -d 'The remote end is a process here'
complete -c yscp -s O -d 'Accepted for compatibility, ignored'
complete -c yscp -s s -d 'Accepted for compatibility, ignored'
complete -c yscp -s X -x -a 'nrequests= buffer=' -d 'Accepted for compatibility, ignored'
complete -c yscp -l ssh-port -x -d 'Port of the ssh server'
complete -c yscp -l ssh-option -x -d 'Option as in ssh_config(5); may be repeated'
complete -c yscp -l ssh-config -r -F -d 'Configuration file for ssh'
complete -c yscp -l launch -x -a 'builtin local' -d 'Remote shell instead of ssh; builtin: its own ssh; local: a child process here'
complete -c yscp -l prefix -x -d 'Shell text that runs there before the program'
complete -c yscp -l socket-buffer -x -d 'Socket buffer of a data connection, 4k to 1g'
complete -c yscp -l checksum -a 'xxh3 crc32c sha256 none' -d 'Digest of each block; xxh3 by default'
complete -c yscp -l channel -x -d 'Transport for the data; tcp by default'
complete -c yscp -l udp -x -d 'Sending rate of datagrams; fair by default'
complete -c yscp -l mtu -x -d 'Packet size for datagrams; auto by default'
complete -c yscp -l udp-buffer -x -d 'Memory for datagrams at each end; 256m by default'
complete -c yscp -l data-host -x -d 'Address for data connections'
complete -c yscp -l timeout -x -d 'How long the other side may be silent; 30 by default'
complete -c yscp -l progress -d 'Draw a meter, if standard error is a terminal'
complete -c yscp -l quiet -d 'Show no warnings and no meter'
complete -c yscp -l verbose -d 'Describe each step, and print a summary at the end'
