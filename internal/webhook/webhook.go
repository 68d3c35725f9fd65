// Package webhook receives webhooks: an http.Handler around an API's own check
// of the signature. It also delivers them, for the fakes.
package webhook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
)

// patience bounds a delivery. Svix waits 15 s for the response, so the function
// learns in time that nobody is waiting any more.
const patience = 14 * time.Second

// Config is what the options of a WebhookHandler set.
type Config struct {
	Secrets     []tenantry.Secret
	SecretsFor  func(*http.Request) ([]tenantry.Secret, error) // nil for none
	OnError     func(*http.Request, error)                     // nil logs the errors that not just anybody can cause
	MaxBody     int64
	ReadTimeout time.Duration
	// Seen reports whether an event was handled before; nil for none.
	Seen func(ctx context.Context, id string) (bool, error)

	refused [2]string // an argument of an option, and what is wrong with it
}

// Refuse has Handler refuse an option's argument.
func (c *Config) Refuse(argument, reason string) { c.refused = [2]string{argument, reason} }

// API holds what differs between the APIs that deliver events of type E.
type API[E any] struct {
	Name string
	// CheckSecret refuses what can't be a secret, with a *tenantry.ArgumentError.
	CheckSecret func(secret string) error
	// Verify checks the signature of a delivery and decodes its event.
	Verify func(secret string, header http.Header, body []byte) (*E, error)
	// Mismatch is the error of Verify for a signature by another secret.
	Mismatch error
	// ID returns the ID of an event, or "" if it has none. It is nil for an API without
	// IDs.
	ID func(*E) string
}

// Handler returns a handler that passes verified events to fn. It refuses bad
// secrets and options, and a nil fn, with a *tenantry.ArgumentError. Nil options
// are skipped.
func Handler[E any, O ~func(*Config)](api API[E], secret tenantry.Secret, fn func(context.Context, *E) error, opts []O) (http.Handler, error) {
	h := handler[E]{API: api, fn: fn, cfg: Config{MaxBody: 1 << 20, ReadTimeout: 10 * time.Second}}
	for _, opt := range opts {
		if opt != nil {
			opt(&h.cfg)
		}
	}
	if !secret.IsZero() || h.cfg.SecretsFor == nil {
		h.cfg.Secrets = append(h.cfg.Secrets, secret)
	}
	for _, s := range h.cfg.Secrets {
		if err := api.CheckSecret(s.Reveal()); err != nil {
			return nil, err
		}
	}
	refuse := func(argument, reason string) (http.Handler, error) {
		return nil, &tenantry.ArgumentError{API: api.Name, Operation: "webhook", Argument: argument, Reason: reason}
	}
	switch {
	case h.cfg.refused[0] != "":
		return refuse(h.cfg.refused[0], h.cfg.refused[1])
	case fn == nil:
		return refuse("fn", "is nil; pass the function that handles an event")
	case h.cfg.MaxBody <= 0:
		return refuse("body limit", "is not positive")
	case h.cfg.ReadTimeout <= 0:
		return refuse("read timeout", "is not positive")
	}
	return &h, nil
}

type handler[E any] struct {
	API[E]

	fn  func(context.Context, *E) error
	cfg Config
}

// ServeHTTP responds with 204 once the function has returned nil or if the event was
// handled before, and with 500 if the function returned an error, so that the sender
// tries again. It responds with 401 to a bad signature, and with 400, 405, 408 or 413
// to requests that are no deliveries.
func (h *handler[E]) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "webhooks are POSTed", http.StatusMethodNotAllowed)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	body, err := h.read(w, r)
	if err != nil {
		status := http.StatusBadRequest
		var tooLarge *http.MaxBytesError
		switch {
		case errors.As(err, &tooLarge):
			status = http.StatusRequestEntityTooLarge
		case errors.Is(err, os.ErrDeadlineExceeded):
			status = http.StatusRequestTimeout
		}
		h.fail(w, r, status, fmt.Errorf("%s: webhook: the body could not be read: %w", h.Name, err))
		return
	}
	secrets, err := h.secrets(r)
	if err != nil {
		h.fail(w, r, http.StatusInternalServerError, err)
		return
	}
	event, err := h.verify(secrets, r.Header, body)
	if err != nil {
		h.fail(w, r, statusOf(err), err)
		return
	}
	seen, err := h.seen(ctx, event)
	if err == nil && !seen {
		err = h.fn(ctx, event)
	}
	if err != nil {
		h.fail(w, r, http.StatusInternalServerError, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// seen reports whether an event was handled before.
func (h *handler[E]) seen(ctx context.Context, event *E) (bool, error) {
	if h.cfg.Seen == nil || h.ID == nil || h.ID(event) == "" {
		return false, nil
	}
	return h.cfg.Seen(ctx, h.ID(event))
}

// statusOf returns the status for an error of verify.
func statusOf(err error) int {
	var undecodable *tenantry.DecodeError
	switch {
	case errors.As(err, &undecodable):
		return http.StatusBadRequest
	case errors.Is(err, tenantry.ErrInvalidArgument):
		return http.StatusInternalServerError // SecretsFor returned what is no secret
	}
	return http.StatusUnauthorized
}

// fail responds with a status and reports err.
func (h *handler[E]) fail(w http.ResponseWriter, r *http.Request, status int, err error) {
	http.Error(w, http.StatusText(status), status)
	if h.cfg.OnError != nil {
		h.cfg.OnError(r, err)
		return
	}
	// Anybody can cause the other errors, and could fill a log with them.
	var undecodable *tenantry.DecodeError
	if status == http.StatusInternalServerError || errors.As(err, &undecodable) {
		slog.ErrorContext(r.Context(), "webhook failed", "api", h.Name, "error", err)
	}
}

// read reads the body within the limits of time and size.
func (h *handler[E]) read(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	deadline := time.Now().Add(h.cfg.ReadTimeout)
	_ = http.NewResponseController(w).SetReadDeadline(deadline) // the server lifts it at the body's end
	return io.ReadAll(until{http.MaxBytesReader(w, r.Body, h.cfg.MaxBody), deadline})
}

// An until stops reading at the first byte after a deadline, for response writers
// that can't set one on the connection.
type until struct {
	r        io.Reader
	deadline time.Time
}

func (u until) Read(p []byte) (int, error) {
	if !time.Now().Before(u.deadline) {
		return 0, os.ErrDeadlineExceeded
	}
	return u.r.Read(p)
}

// secrets returns the secrets that are valid for a request.
func (h *handler[E]) secrets(r *http.Request) ([]tenantry.Secret, error) {
	if h.cfg.SecretsFor == nil {
		return h.cfg.Secrets, nil
	}
	secrets, err := h.cfg.SecretsFor(r)
	if err != nil {
		return nil, err
	}
	return append(slices.Clip(h.cfg.Secrets), secrets...), nil
}

// verify returns the event of a delivery that one of the secrets has signed.
func (h *handler[E]) verify(secrets []tenantry.Secret, header http.Header, body []byte) (*E, error) {
	for _, secret := range secrets {
		event, err := h.Verify(secret.Reveal(), header, body)
		if !errors.Is(err, h.Mismatch) {
			return event, err
		}
	}
	return nil, h.Mismatch
}
