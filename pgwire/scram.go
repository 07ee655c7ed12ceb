package pgwire

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgproto3/v2"
	"github.com/xdg-go/scram"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// The SASL mechanisms spoken; the second only under TLS.
const (
	mechScram     = "SCRAM-SHA-256"
	mechScramPlus = "SCRAM-SHA-256-PLUS"
)

// DefaultIterations is PostgreSQL 15's number of hash iterations.
const DefaultIterations = 4096

// Verifier is what is kept of a password: enough to check it, not enough to
// log in with.
type Verifier struct {
	Iterations int
	Salt       []byte
	StoredKey  []byte // 32 bytes
	ServerKey  []byte // 32 bytes
}

// NewVerifier makes a verifier with a random salt of 16 bytes.
func NewVerifier(password string, iterations int) (*Verifier, error) {
	salt := make([]byte, 16)
	if _, err := rand.Read(salt); err != nil {
		return nil, fmt.Errorf("make salt: %w", err)
	}
	client, err := scram.SHA256.NewClient("", password, "")
	if err != nil { // not allowed by SASLprep: taken as it is, as PostgreSQL does
		client, err = scram.SHA256.NewClientUnprepped("", password, "")
	}
	if err != nil {
		return nil, fmt.Errorf("prepare password: %w", err)
	}
	cred, err := client.WithMinIterations(1).GetStoredCredentialsWithError(scram.KeyFactors{Salt: string(salt), Iters: iterations})
	if err != nil {
		return nil, fmt.Errorf("hash password: %w", err)
	}
	return &Verifier{Iterations: iterations, Salt: salt, StoredKey: cred.StoredKey, ServerKey: cred.ServerKey}, nil
}

// String returns the verifier in PostgreSQL's form:
// SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey, the last three in base64.
func (v *Verifier) String() string {
	b64 := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("%s$%d:%s$%s:%s", mechScram, v.Iterations, b64(v.Salt), b64(v.StoredKey), b64(v.ServerKey))
}

// ErrVerifier is a text that is not a verifier.
var ErrVerifier = errors.New("not a SCRAM-SHA-256 verifier")

// ParseVerifier reads what String wrote, or PostgreSQL's pg_authid.rolpassword.
func ParseVerifier(s string) (*Verifier, error) {
	rest, ok := strings.CutPrefix(s, mechScram+"$")
	head, keys, ok2 := strings.Cut(rest, "$")
	iters, salt64, ok3 := strings.Cut(head, ":")
	stored64, server64, ok4 := strings.Cut(keys, ":")
	n, err := strconv.Atoi(iters)
	if !ok || !ok2 || !ok3 || !ok4 || err != nil || n < 1 {
		return nil, ErrVerifier
	}
	salt, err1 := base64.StdEncoding.DecodeString(salt64)
	stored, err2 := base64.StdEncoding.DecodeString(stored64)
	server, err3 := base64.StdEncoding.DecodeString(server64)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrVerifier, err)
	}
	if len(salt) == 0 || len(stored) != sha256.Size || len(server) != sha256.Size {
		return nil, ErrVerifier
	}
	return &Verifier{Iterations: n, Salt: salt, StoredKey: stored, ServerKey: server}, nil
}

// mockVerifier stands in for a role that is unknown or has no password: its
// salt is always the same for a name, and nothing matches it.
func (s *Server) mockVerifier(user string) *Verifier {
	h := hmac.New(sha256.New, s.mockKey[:])
	h.Write([]byte(user))
	sum := h.Sum(nil)
	v := &Verifier{Iterations: DefaultIterations, Salt: sum[:16], StoredKey: make([]byte, sha256.Size), ServerKey: make([]byte, sha256.Size)}
	_, _ = rand.Read(v.StoredKey) // never fails
	_, _ = rand.Read(v.ServerKey)
	return v
}

// scram runs the SASL exchange; v nil plays it through and refuses.
func (c *conn) scram(user string, v *Verifier) error {
	refused := sqlerr.New(sqlerr.InvalidPassword, "password authentication failed for user %q", user)
	known := v != nil
	if !known {
		v = c.srv.mockVerifier(user)
	}
	mechs := []string{mechScram}
	if c.binding.IsSupported() {
		mechs = []string{mechScramPlus, mechScram}
	}
	c.out.send(&pgproto3.AuthenticationSASL{AuthMechanisms: mechs})
	conv, first, err := c.saslInitial(v)
	if err != nil {
		return err
	}
	challenge, err := conv.Step(first)
	if err != nil {
		return sqlerr.New(sqlerr.ProtocolViolation, "malformed SCRAM message").WithDetail("%s", err).Wrap(err)
	}
	c.out.send(&pgproto3.AuthenticationSASLContinue{Data: []byte(challenge)})
	var final pgproto3.SASLResponse
	if err := c.saslMessage(&final); err != nil {
		return err
	}
	verdict, err := conv.Step(string(final.Data))
	if err != nil || !conv.Valid() || !known {
		return refused.Wrap(err)
	}
	c.out.send(&pgproto3.AuthenticationSASLFinal{Data: []byte(verdict)})
	return nil
}

// saslInitial reads the client's choice and first message, and starts the
// conversation that fits it.
func (c *conn) saslInitial(v *Verifier) (*scram.ServerConversation, string, error) {
	var m saslInitialResponse
	if err := c.saslMessage(&m); err != nil {
		return nil, "", err
	}
	text := string(m.Data)
	server, err := scram.SHA256.NewServer(func(string) (scram.StoredCredentials, error) {
		return scram.StoredCredentials{
			KeyFactors: scram.KeyFactors{Salt: string(v.Salt), Iters: v.Iterations},
			StoredKey:  v.StoredKey, ServerKey: v.ServerKey,
		}, nil
	})
	if err != nil {
		return nil, "", fmt.Errorf("start SCRAM: %w", err)
	}
	var conv *scram.ServerConversation
	switch {
	case m.AuthMechanism == mechScramPlus && c.binding.IsSupported():
		conv = server.NewConversationWithChannelBindingRequired(c.binding)
	case m.AuthMechanism == mechScram && c.binding.IsSupported():
		conv = server.NewConversationWithChannelBinding(c.binding)
	case m.AuthMechanism == mechScram:
		conv = server.NewConversation()
	default:
		return nil, "", sqlerr.New(sqlerr.ProtocolViolation, "client selected an invalid SASL authentication mechanism")
	}
	if m.absent { // no first message: ask for it with an empty challenge
		c.out.send(&pgproto3.AuthenticationSASLContinue{})
		var again pgproto3.SASLResponse
		if err := c.saslMessage(&again); err != nil {
			return nil, "", err
		}
		text = string(again.Data)
	}
	return conv, text, nil
}

// saslInitialResponse is the library's, with the length that it passes over.
type saslInitialResponse struct {
	pgproto3.SASLInitialResponse
	absent bool // length -1: no first message
}

// Decode decodes a body and checks the length that it names.
func (m *saslInitialResponse) Decode(body []byte) error {
	if err := m.SASLInitialResponse.Decode(body); err != nil {
		return err
	}
	n := int32(binary.BigEndian.Uint32(body[len(m.AuthMechanism)+1:]))
	m.absent = n == -1
	if want := max(int(n), 0); n < -1 || want != len(m.Data) {
		return fmt.Errorf("length %d of %d bytes", n, len(m.Data))
	}
	return nil
}

// saslMessage flushes and reads the client's next SASL message, of which the
// data is valid until the next one.
func (c *conn) saslMessage(m pgproto3.FrontendMessage) error {
	if err := c.out.flush(); err != nil {
		return err
	}
	typ, n, err := c.in.header()
	if errors.Is(err, errBadLength) {
		return sqlerr.New(sqlerr.ProtocolViolation, "invalid message length")
	}
	if err != nil {
		return err
	}
	if typ != 'p' {
		return sqlerr.New(sqlerr.ProtocolViolation, "expected SASL response, got message type %d", typ)
	}
	body, err := c.in.body(n)
	if err != nil {
		return err
	}
	return decode(m, body)
}
