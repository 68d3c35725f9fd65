// Package webhook receives webhooks: an http.Handler around an API's own check
// of the signature.
package webhook

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
)

const (
	maxBody = 1 << 20
	// patience is how long a function may take with an event: senders wait for
	// 15 s.
	patience = 14 * time.Second
)

// Handler checks each delivery with verify and hands its event to handle. It
// answers 204 once handle is done; 500 where it fails, so that the sender tries
// again; 401 to a bad signature, and 400, 405 or 413 to what is no delivery.
func Handler[E any](verify func(http.Header, []byte) (*E, error), handle func(context.Context, *E) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			http.Error(w, "webhooks are POSTed", http.StatusMethodNotAllowed)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		var tooLarge *http.MaxBytesError
		switch {
		case errors.As(err, &tooLarge):
			http.Error(w, "the body is too large", http.StatusRequestEntityTooLarge)
			return
		case err != nil:
			http.Error(w, "the body broke off", http.StatusBadRequest)
			return
		}
		event, err := verify(r.Header, body)
		var undecodable *tenantry.DecodeError
		switch {
		case errors.As(err, &undecodable):
			http.Error(w, "the body is not an event", http.StatusBadRequest)
			return
		case err != nil:
			http.Error(w, "the signature does not hold", http.StatusUnauthorized)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), patience)
		defer cancel()
		if err := handle(ctx, event); err != nil {
			http.Error(w, "the event could not be handled; send it again", http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}
