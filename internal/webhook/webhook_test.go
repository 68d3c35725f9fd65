package webhook

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"

	tenantry "github.com/tenantry/tenantry-go"
)

type event struct{ body string }

func TestHandler(t *testing.T) {
	verify := func(h http.Header, body []byte) (*event, error) {
		if h.Get("Signature") != "good" {
			return nil, errors.New("no")
		}
		if string(body) == "junk" {
			return nil, &tenantry.DecodeError{}
		}
		return &event{string(body)}, nil
	}
	var got []string
	h := Handler(verify, func(ctx context.Context, e *event) error {
		if _, ok := ctx.Deadline(); !ok {
			t.Error("the sender does not wait for ever")
		}
		got = append(got, e.body)
		if e.body == "fails" {
			return errors.New("secret trouble")
		}
		return nil
	})
	for _, c := range []struct {
		method, signature, body string
		status                  int
	}{
		{"POST", "good", "fine", 204},
		{"POST", "good", "fails", 500},
		{"POST", "bad", "x", 401},
		{"POST", "good", "junk", 400},
		{"GET", "good", "", 405},
		{"POST", "good", strings.Repeat("x", maxBody+1), 413},
	} {
		r := httptest.NewRequest(c.method, "/", strings.NewReader(c.body))
		r.Header.Set("Signature", c.signature)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		assert.Equal(t, c.status, w.Code)
		assert.NotContains(t, w.Body.String(), "secret")
	}
	r := httptest.NewRequest(http.MethodPost, "/", iotest.ErrReader(errors.New("gone")))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	assert.Equal(t, 400, w.Code)
	assert.Equal(t, []string{"fine", "fails"}, got)
}
