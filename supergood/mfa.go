package supergood

import (
	"context"
	"encoding/base32"
	"errors"
	"reflect"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/pquerna/otp/totp"

	tenantry "github.com/tenantry/tenantry-go"
)

// A ChallengeKind says how the user gets the code: one of the constants, or the
// server's own word.
type ChallengeKind string

// Kinds of a [Challenge].
const (
	ChallengeSMS   ChallengeKind = "sms"
	ChallengeEmail ChallengeKind = "email"
	ChallengeTOTP  ChallengeKind = "totp"
)

// A Challenge is the server's request for a code.
type Challenge struct {
	// Kind says how the user gets the code.
	Kind ChallengeKind
	// Message is meant for the user. It may name the phone number that the code
	// was sent to.
	Message string
	// Raw is the challenge as it came.
	Raw tenantry.Raw
}

// An MFA returns the code for a challenge. It may take up to ten minutes, and need
// not be safe for concurrent use.
type MFA func(context.Context, Challenge) (tenantry.Secret, error)

// TOTP returns an MFA that computes time-based codes (RFC 6238: six digits, 30
// seconds, SHA-1). secret is the base 32 text that is shown with the QR code; it may
// hold blanks, hyphens, line breaks, lower case and trailing "=". [NewClient]
// refuses any other secret. The MFA uses no code twice: it waits for the next one,
// which takes up to 30 seconds.
func TOTP(secret tenantry.Secret) MFA {
	key, ok := totpKey(secret.Reveal())
	if !ok {
		return badTOTP
	}
	var mu sync.Mutex
	var used string
	return func(ctx context.Context, _ Challenge) (tenantry.Secret, error) {
		mu.Lock()
		defer mu.Unlock()
		for {
			now := time.Now()
			code, err := totp.GenerateCode(key, now)
			if err != nil {
				return tenantry.Secret{}, errTOTP
			}
			if code != used {
				used = code
				return tenantry.NewSecret(code), nil
			}
			timer := time.NewTimer(time.Until(now.Truncate(30 * time.Second).Add(30 * time.Second)))
			select {
			case <-timer.C:
			case <-ctx.Done():
				timer.Stop()
				return tenantry.Secret{}, ctx.Err()
			}
		}
	}
}

// totpKey returns a secret in plain base 32, and whether it is base 32. Apps and
// web pages show it in groups, in lower case, or without its padding.
func totpKey(shown string) (string, bool) {
	key := strings.TrimRight(strings.Map(func(r rune) rune {
		switch {
		case r == '-' || unicode.IsSpace(r):
			return -1
		case 'a' <= r && r <= 'z':
			return r - 'a' + 'A'
		}
		return r
	}, shown), "=")
	// Decoding with the padding refuses a text that lacks a character.
	padded := key + strings.Repeat("=", -len(key)&7)
	_, err := base32.StdEncoding.DecodeString(padded)
	return padded, err == nil && key != ""
}

var errTOTP = errors.New("supergood: the TOTP secret is not base 32; copy it from where it was set up")

// badTOTP is the MFA that TOTP returns for a bad secret. An MFA can't carry an
// error, so NewClient recognizes the function.
func badTOTP(context.Context, Challenge) (tenantry.Secret, error) {
	return tenantry.Secret{}, errTOTP
}

// check refuses an MFA that fails for every challenge.
func (m MFA) check() error {
	if reflect.ValueOf(m).Pointer() == reflect.ValueOf(badTOTP).Pointer() {
		return &tenantry.ArgumentError{API: api, Argument: "Credentials.MFA", Reason: "holds a TOTP secret that is not base 32; copy it from where it was set up"}
	}
	return nil
}
