package knowledge

import (
	"crypto/ed25519"
	"encoding/hex"
	"strings"
	"testing"
)

// TestSmallOrderSigner: keys under which anything verifies are refused, with
// either sign bit; the library accepts some of these signatures.
func TestSmallOrderSigner(t *testing.T) {
	forged := 0
	for _, key := range smallOrder {
		for _, sign := range []byte{0, 0x80} {
			key[31] |= sign
			for n := range 64 {
				id := ID{byte(n)}
				sig := make([]byte, ed25519.SignatureSize)
				sig[0] = byte(n & 1) // R: the points with y = 0 and y = 1
				if ed25519.Verify(key[:], SignedMessage(id), sig) {
					forged++
				}
				err := VerifySignature(id, hex.EncodeToString(key[:]), hex.EncodeToString(sig))
				if fe, ok := err.(*FieldError); !ok || fe.Field != "signer" { //nolint:errorlint // the type itself is promised
					t.Fatalf("key %x: %v", key, err)
				}
			}
		}
	}
	if forged == 0 {
		t.Error("no forgery verifies in the library: the test tests nothing")
	}
	_, private, err := ed25519.GenerateKey(strings.NewReader(strings.Repeat("seed of the test", 4)))
	if err != nil {
		t.Fatal(err)
	}
	signer, signature := Sign(ID{1}, private)
	if err := VerifySignature(ID{1}, signer, signature); err != nil {
		t.Errorf("an honest key: %v", err)
	}
}
