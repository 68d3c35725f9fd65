package redact

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Wherever the secrets are, no part of one is left at the end of what is kept.
func TestHeadLeavesNoPartOfASecret(t *testing.T) {
	const kept = 300
	secret, short := "TOKEN/kK&"+strings.Repeat("0123456789", 5), "1234"
	x := NewSecrets([]string{secret, short})
	clean := regexp.MustCompile(`^[., ]*(\[[redact]*)?$`) // a mask may be cut
	for _, form := range append(forms(secret), strings.ToLower(secret), strings.ReplaceAll(secret, "K", "\u212a")) {
		for _, before := range []string{"", secret, short, strings.Repeat(secret+",", 10), short + "," + short + "," + short} {
			for at := kept - 250; at < kept+700; at += 3 {
				body := before + strings.Repeat(".", max(at-len(before), 0)) + form
				body += strings.Repeat(" ", 4*kept)
				head := string(x.Head([]byte(body), kept))
				assert.LessOrEqual(t, len(head), kept)
				assert.True(t, clean.MatchString(strings.ReplaceAll(head, Mask, "")), "%q at %d: %q", form, at, head)
			}
		}
	}
	assert.Equal(t, "a [redacted] b", string(x.Head([]byte("a "+secret+" b"), kept)))
	assert.Equal(t, strings.Repeat("é", kept/2), string(Secrets{}.Head(bytes.Repeat([]byte("é"), kept), kept)))
	assert.Empty(t, x.Head(nil, kept))
	body := []byte("abc")
	x.Head(body, kept)[0] = 'x'
	assert.Equal(t, "abc", string(body), "a copy")
}

// The work does not grow with a body that is much longer than what is kept.
func TestHeadReadsNoMoreThanItNeeds(t *testing.T) {
	x := NewSecrets([]string{"a secret of some length"})
	body := bytes.Repeat([]byte("a "), 1<<20)
	allocated := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			x.Head(body, 1000)
		}
	}).AllocedBytesPerOp()
	assert.Less(t, allocated, int64(len(body)/8))
}
