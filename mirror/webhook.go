package mirror

import (
	"context"
	"fmt"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/roster"
)

// PropexoWebhook returns a handler for the webhooks of an account of Propexo. A record
// that an event names is fetched soon after; what the event says of it is not stored.
// The end of a sync makes all listings of the account due.
//
// The error is that of propexo.WebhookHandler.
func (m *Mirror) PropexoWebhook(account string, secret tenantry.Secret, opts ...propexo.WebhookOption) (http.Handler, error) {
	return propexo.WebhookHandler(secret, func(ctx context.Context, e *propexo.WebhookEvent) error {
		switch e.Trigger {
		case "SYNC_COMPLETE", "FIRST_SYNC_COMPLETE":
			return m.makeDue(ctx, account, "")
		case "DATA_NEW", "DATA_UPDATE":
		default:
			return nil
		}
		switch e.Model() {
		case "residents":
			return m.want(ctx, account, roster.People, e.RecordID)
		case "leases":
			return m.want(ctx, account, roster.Leases, e.RecordID)
		case "units":
			return m.want(ctx, account, roster.Units, e.RecordID)
		case "properties":
			return m.want(ctx, account, roster.Properties, e.RecordID)
		case "residents_to_leases": // such a record can't be fetched by itself
			return m.makeDue(ctx, account, string(roster.Leases))
		}
		return nil
	}, opts...)
}

// LeasefindWebhook returns a handler for the webhooks of an account of leasefind. A
// lease that an event names is fetched soon after; what the event says of it is not
// stored.
//
// The error is that of leasefind.WebhookHandler.
func (m *Mirror) LeasefindWebhook(account string, secret tenantry.Secret, opts ...leasefind.WebhookOption) (http.Handler, error) {
	return leasefind.WebhookHandler(secret, func(ctx context.Context, e *leasefind.Event) error {
		if e.EventType != leasefind.EventLeaseUpdate || e.Lease == nil {
			return nil
		}
		return m.want(ctx, account, roster.Leases, e.Lease.Identifier)
	}, opts...)
}

// want has a record fetched. A record that is being fetched is fetched once more.
func (m *Mirror) want(ctx context.Context, account string, kind roster.Kind, id string) error {
	if id == "" {
		return nil
	}
	return m.db.transact(ctx, func(t tx) error {
		if err := known(ctx, t, account); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `INSERT INTO @.listings (account, kind, due) VALUES ($1, $2, @now) ON CONFLICT (account, kind) DO UPDATE SET due = excluded.due, woken = 0`, account, kindWanted); err != nil {
			return err
		}
		if kind == roster.People {
			f, err := forgottenOf(ctx, t, account)
			if err != nil || f.has(account, id) {
				return err
			}
		}
		_, err := t.exec(ctx, `INSERT INTO @.wanted AS w (account, kind, id, version) VALUES ($1, $2, $3, @now)
			ON CONFLICT (account, kind, id) DO UPDATE SET version = CASE WHEN w.version >= excluded.version THEN w.version + 1 ELSE excluded.version END`,
			account, string(kind), id)
		return err
	})
}

func known(ctx context.Context, t tx, account string) error {
	var n int
	if err := row(ctx, t, `SELECT count(*) FROM @.accounts WHERE name = $1`, []any{account}, &n); err != nil {
		return err
	}
	if n == 0 {
		return fmt.Errorf("%w: %q", ErrNoAccount, account)
	}
	return nil
}

// makeDue makes a listing of an account due, or all of them. One that is under way
// began before: it is due again when it ends.
func (m *Mirror) makeDue(ctx context.Context, account, kind string) error {
	return m.db.transact(ctx, func(t tx) error {
		if err := known(ctx, t, account); err != nil {
			return err
		}
		if err := lockListings(ctx, t, account); err != nil {
			return err
		}
		_, err := t.exec(ctx, `UPDATE @.listings SET due = CASE WHEN begun = 0 THEN @now ELSE due END, again = CASE WHEN begun = 0 THEN 0 ELSE 1 END, woken = 0
			WHERE account = $1 AND ($2 = '' OR kind = $2) AND kind NOT IN ($3, $4) AND blocked = ''`, account, kind, kindBegin, kindWanted)
		return err
	})
}
