// Package ui shows the jobs of a mirror in a browser, with River's own user interface
// (riverqueue.com/riverui). It is a module of its own, so that others don't carry its
// pages.
//
//	handler, err := ui.New(m, "/queue", nil)
//	if err != nil {
//		return err
//	}
//	if err := handler.Start(ctx); err != nil {
//		return err
//	}
//	mux.Handle("/queue/", admins(handler)) // your own check of who may see it
//
// Jobs are wake-ups that name an account and a listing; they hold no records and no
// credentials. How the accounts are doing is in mirror.Mirror.Status.
package ui

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"

	"riverqueue.com/riverui"
	"riverqueue.com/riverui/uiendpoints"

	"github.com/tenantry/tenantry-go/mirror"
)

// A Handler serves the user interface. It checks nobody: whoever reaches it may cancel
// and delete jobs.
type Handler struct{ ui *riverui.Handler }

// New returns a handler for the jobs of m, below a prefix of the path such as "/queue".
// The prefix is "" for the root. Logs go to log, or nowhere if it is nil.
func New(m *mirror.Mirror, prefix string, log *slog.Logger) (*Handler, error) {
	if m == nil {
		return nil, errors.New("mirror/ui: the Mirror is nil")
	}
	if log == nil {
		log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	clients, err := m.QueueClients()
	if err != nil {
		return nil, err
	}
	var endpoints uiendpoints.Bundle
	if clients.Postgres != nil {
		endpoints = riverui.NewEndpoints(clients.Postgres, nil)
	} else {
		endpoints = riverui.NewEndpoints(clients.SQLite, nil)
	}
	handler, err := riverui.NewHandler(&riverui.HandlerOpts{Endpoints: endpoints, Logger: log, Prefix: prefix})
	if err != nil {
		return nil, err
	}
	return &Handler{handler}, nil
}

// Start begins to count jobs in the background until ctx ends. Call it once, before the
// first request.
func (h *Handler) Start(ctx context.Context) error { return h.ui.Start(ctx) }

// ServeHTTP is part of http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.ui.ServeHTTP(w, r) }
