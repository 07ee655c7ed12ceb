package pgwire

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"

	"github.com/xdg-go/scram"

	"github.com/stemedb/stemedb/sql"
)

// certConn is the accepted connection under TLS. It remembers the certificate
// that the handshake showed, which channel binding hashes: a configuration may
// have several, and change them while running.
type certConn struct {
	net.Conn
	leaf []byte // DER
}

// serverTLS copies a configuration and makes it tell each connection its
// certificate. Protocol versions below 1.2 are refused.
func serverTLS(base *tls.Config) *tls.Config {
	cfg := base.Clone()
	cfg.MinVersion = max(cfg.MinVersion, tls.VersionTLS12)
	get := cfg.GetCertificate
	cfg.GetCertificate = func(h *tls.ClientHelloInfo) (*tls.Certificate, error) {
		cert, err := chooseCertificate(base, get, h)
		if err != nil {
			return nil, err
		}
		if cc, ok := h.Conn.(*certConn); ok && len(cert.Certificate) > 0 {
			cc.leaf = cert.Certificate[0]
		}
		return cert, nil
	}
	return cfg
}

// chooseCertificate follows crypto/tls: GetCertificate first, then the list.
func chooseCertificate(base *tls.Config, get func(*tls.ClientHelloInfo) (*tls.Certificate, error), h *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if get != nil {
		if cert, err := get(h); cert != nil || err != nil {
			return cert, err
		}
	}
	for i := range base.Certificates {
		if h.SupportsCertificate(&base.Certificates[i]) == nil {
			return &base.Certificates[i], nil
		}
	}
	if len(base.Certificates) > 0 {
		return &base.Certificates[0], nil
	}
	return nil, errors.New("no certificate is configured")
}

// startTLS does the server's half of a handshake, within the deadline already
// set on the connection.
func (c *conn) startTLS(ctx context.Context) error {
	cc := &certConn{Conn: c.raw}
	tc := tls.Server(cc, c.srv.tls)
	if err := tc.HandshakeContext(ctx); err != nil {
		return err
	}
	c.secure, c.nc = true, tc
	if chains := tc.ConnectionState().VerifiedChains; len(chains) > 0 {
		c.holder = &chains[0][0].Subject
	}
	c.in.src, c.out.dst = tc, tc
	c.binding = endpointBinding(cc.leaf)
	return nil
}

// endpointBinding returns the tls-server-end-point binding of a certificate,
// or none when its signature has no hash of its own.
func endpointBinding(der []byte) scram.ChannelBinding {
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return scram.ChannelBinding{}
	}
	// The library reads the server's certificate where a client finds it.
	b, err := scram.NewTLSServerEndpointBinding(&tls.ConnectionState{PeerCertificates: []*x509.Certificate{cert}})
	if err != nil {
		return scram.ChannelBinding{}
	}
	return b
}

// describeTLS tells how a connection is encrypted.
func describeTLS(nc net.Conn) (d sql.TLS) {
	t, ok := nc.(*tls.Conn)
	if !ok {
		return d
	}
	state := t.ConnectionState()
	d.Version, d.Cipher, d.Bits = "TLSv1.3", tls.CipherSuiteName(state.CipherSuite), 256
	if state.Version == tls.VersionTLS12 {
		// Of 1.2 OpenSSL has names of its own: ECDHE-RSA-AES128-GCM-SHA256.
		d.Version = "TLSv1.2"
		d.Cipher = strings.NewReplacer("TLS_", "", "_WITH_", "-", "AES_128", "AES128", "AES_256", "AES256", "_CBC_", "_", "_", "-").Replace(d.Cipher)
	}
	if strings.Contains(d.Cipher, "128") {
		d.Bits = 128
	}
	if len(state.PeerCertificates) > 0 {
		leaf := state.PeerCertificates[0]
		d.Subject, d.Serial, d.Issuer = "/CN="+leaf.Subject.CommonName, leaf.SerialNumber.String(), "/CN="+leaf.Issuer.CommonName
	}
	return d
}
