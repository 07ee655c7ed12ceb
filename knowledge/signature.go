package knowledge

import (
	"crypto/ed25519"
	"encoding/hex"
	"strings"
)

// signatureDomain stands before the id in what is signed.
const signatureDomain = "stemedb:claim:v1:"

// SignedMessage returns what a signer of a claim signs: a fixed prefix and the
// id in hex.
func SignedMessage(id ID) []byte {
	return id.AppendHex(append(make([]byte, 0, len(signatureDomain)+64), signatureDomain...))
}

// Sign returns a claim's signer and signature as their columns hold them.
func Sign(id ID, key ed25519.PrivateKey) (signer, signature string) {
	public := key.Public().(ed25519.PublicKey)
	return hex.EncodeToString(public), hex.EncodeToString(ed25519.Sign(key, SignedMessage(id)))
}

// VerifySignature checks an Ed25519 signature over a claim's id. signer is the
// public key, both are hex. The error is a *FieldError that names the column.
func VerifySignature(id ID, signer, signature string) error {
	var key [ed25519.PublicKeySize]byte
	if len(signer) != 2*len(key) || !decodeHex(key[:], signer) {
		return malformed("signer", "is not an Ed25519 public key: 64 hexadecimal digits")
	}
	if hasSmallOrder(key) {
		return malformed("signer", "is a point of small order, under which anybody can sign")
	}
	var sig [ed25519.SignatureSize]byte
	if len(signature) != 2*len(sig) || !decodeHex(sig[:], signature) {
		return malformed("signature", "is not an Ed25519 signature: 128 hexadecimal digits")
	}
	if !ed25519.Verify(key[:], SignedMessage(id), sig[:]) {
		return &FieldError{Field: "signature", Kind: Malformed,
			Message: "signature does not match the claim and its signer",
			Hint:    "It is over \"" + signatureDomain + "\" and the claim's id, which is " + id.String() + "."}
	}
	return nil
}

func decodeHex(dst []byte, s string) bool {
	_, err := hex.Decode(dst, []byte(s))
	return err == nil
}

// checkSignature checks the pair of columns, if any, after the id is known,
// and puts them in lower case.
func checkSignature(a *Assertion) error {
	switch {
	case !a.Signer.Valid && !a.Signature.Valid:
		return nil
	case !a.Signature.Valid:
		return malformed("signature", "is missing: signer and signature go together")
	case !a.Signer.Valid:
		return malformed("signer", "is missing: signer and signature go together")
	}
	if err := VerifySignature(a.ID, a.Signer.V, a.Signature.V); err != nil {
		return err
	}
	a.Signer.V, a.Signature.V = strings.ToLower(a.Signer.V), strings.ToLower(a.Signature.V)
	return nil
}
