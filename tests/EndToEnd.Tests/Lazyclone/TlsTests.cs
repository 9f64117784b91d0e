namespace EndToEnd.Tests.Lazyclone;

/// <summary>TLS with the clients and servers of others. All use one directory of certificates, in the names that they share.</summary>
public sealed class TlsTests : CloneTest
{
    /// <summary>Makes a certificate authority in pki, and another one in strangers, each with a server and a client.</summary>
    private const string Certificates = """
        authority() {
          mkdir "$1"
          openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=authority $1" -keyout "$1/ca-key.pem" -out "$1/ca-cert.pem" 2> /dev/null
          for end in server client; do
            openssl req -newkey rsa:2048 -nodes -subj "/CN=localhost" -keyout "$1/$end-key.pem" -out "$1/$end.csr" 2> /dev/null
            printf 'subjectAltName=DNS:localhost,IP:127.0.0.1' > "$1/$end.ext"
            openssl x509 -req -in "$1/$end.csr" -CA "$1/ca-cert.pem" -CAkey "$1/ca-key.pem" -CAcreateserial -days 2 -extfile "$1/$end.ext" -out "$1/$end-cert.pem" 2> /dev/null
          done
        }
        authority pki
        authority strangers
        # A client of strangers that trusts the server.
        cp pki/ca-cert.pem strangers/
        listen() {
          lazyclone --tls-certificates pki --socket dst.clone.socket --listen "$1" "${@:2}" 2> said & server=$!
          soon grep -q 'serving nbds://' said
          port=$(sed -n 's/.*serving nbds:.*:\([0-9]*\)\/$/\1/p' said)
        }

        """;

    [Case("openssl", "nbdinfo", "nbdcopy", "qemu-img")]
    public async Task Libnbd_and_qemu_read_the_export_and_strangers_do_not() =>
        (await RunClone(Certificates + """
            head -c 5M /dev/urandom > src
            listen 127.0.0.1:0 src dst.clone
            nbdinfo "nbds://localhost:$port/?tls-certificates=$at/pki" | grep 'protocol: newstyle-fixed with TLS, using structured packets'
            nbdcopy "nbds://localhost:$port/?tls-certificates=$at/pki" out
            cmp src out
            qemu-img compare --object tls-creds-x509,id=t,dir=$at/pki,endpoint=client --image-opts driver=raw,file.driver=file,file.filename=src \
              driver=raw,file.driver=nbd,file.host=localhost,file.port=$port,file.tls-creds=t
            not nbdinfo "nbds://localhost:$port/?tls-certificates=$at/strangers"
            not nbdinfo "nbd://localhost:$port/" 2> refused
            cat refused
            qemu-img info "nbd://localhost:$port/" 2>&1 | grep -i 'tls'
            nbdinfo "$(uri dst.clone)" | grep 'without TLS'
            nbdinfo "nbds+unix:///?socket=$at/dst.clone.socket&tls-certificates=$at/pki" | grep 'with TLS'
            finish dst.clone
            cmp src dst.clone
            """)).Is(0);

    [Case("openssl", "nbdkit", "nbdinfo")]
    public async Task A_source_is_read_through_tls_and_only_from_a_server_of_the_authority() =>
        (await RunClone(Certificates + """
            head -c 5M /dev/urandom > src
            nbdkit -f -P source.pid -i 127.0.0.1 -p 0 --tls=require --tls-certificates="$at/pki" --tls-verify-peer file src 2> kit.log & kit=$!
            soon test -e source.pid
            port=$(ss -ltnpH | sed -n "s/.*127\.0\.0\.1:\([0-9]*\) .*pid=$kit,.*/\1/p")
            source="nbds://localhost:$port/?tls-certificates=$at/pki"
            serve "$source" dst.clone
            finish dst.clone
            cmp src dst.clone
            status=0; lazyclone -q "nbd://localhost:$port/" other.clone 2> refused || status=$?
            cat refused
            test $status = 3
            status=0; lazyclone -q "nbds://localhost:$port/" other.clone 2> refused || status=$?
            cat refused
            test $status = 2
            status=0; lazyclone -q "nbds://127.0.0.2:$port/" --tls-certificates strangers other.clone 2> refused || status=$?
            test $status = 3
            kill $kit; wait $kit || true
            """)).Is(0);

    [Case("openssl", "nbdinfo", "ip")]
    public async Task Only_with_tls_other_hosts_get_in() =>
        (await RunClone(Certificates + """
            head -c 1M /dev/urandom > src
            status=0; lazyclone -q --listen 0.0.0.0:0 src dst.clone 2> refused || status=$?
            test $status = 2
            grep 'other hosts could read and write the clone' refused
            status=0; lazyclone -q --tls-certificates nothing src dst.clone 2> refused || status=$?
            test $status = 1
            grep 'ca-cert.pem' refused
            listen 0.0.0.0:0 src dst.clone
            nbdinfo "nbds://localhost:$port/?tls-certificates=$at/pki" | grep 'with TLS'
            stop
            # A socket that is handed over is held to the same rule.
            cat > hand << 'END'
            import os, socket, sys
            listener = socket.socket()
            listener.bind((sys.argv[1], 0))
            listener.listen()
            print(listener.getsockname()[1], file=open('handed', 'w'))
            os.dup2(listener.fileno(), 3)
            os.set_inheritable(3, True)
            os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()))
            os.execvp('lazyclone', ['lazyclone', '-q', *sys.argv[2:]])
            END
            status=0; python3 hand 0.0.0.0 src dst.clone 2> refused || status=$?
            test $status = 2
            grep 'other hosts could read and write the clone' refused
            rm handed
            python3 hand 0.0.0.0 --tls-certificates pki src dst.clone & server=$!
            reads() { test -s handed && nbdinfo "nbds://localhost:$(cat handed)/?tls-certificates=$at/pki"; }
            soon reads
            stop
            """)).Is(0);
}
