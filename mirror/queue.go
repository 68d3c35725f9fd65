package mirror

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"
)

// wakeArgs name the listing that a job wakes. What there is to do is on the listing's
// row. Wake is the row's number of the job. River keeps one job for each number, and
// the row takes another number with each claim and after a while, so that a job of a
// worker that died does not stand in the way of another.
type wakeArgs struct {
	Account string `json:"account" river:"unique"`
	Listing string `json:"listing" river:"unique"`
	Wake    int64  `json:"wake"    river:"unique"`
}

// Kind is part of river.JobArgs.
func (wakeArgs) Kind() string { return "tenantry_mirror" }

// InsertOpts is part of river.JobArgsWithInsertOpts.
func (wakeArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 3, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateScheduled,
	}}}
}

// A queue delivers wake-ups.
type queue interface {
	start(ctx context.Context) error
	// stop waits until the running jobs have ended.
	stop(ctx context.Context) error
	wake(ctx context.Context, all []wakeArgs) error
}

type queueConfig struct {
	workers int
	work    func(ctx context.Context, args wakeArgs, complete completion) error
	timeout func(args wakeArgs) time.Duration
	longest time.Duration // of all timeouts
	retry   time.Duration
}

// errNotOurs means that another worker has the job.
var errNotOurs = errors.New("mirror: the job is another worker's")

type riverQueue[T any] struct {
	client *river.Client[T]
}

type riverWorker[T any] struct {
	river.WorkerDefaults[wakeArgs]
	c        queueConfig
	complete func(ctx context.Context, t tx, job *river.Job[wakeArgs]) (*river.Job[wakeArgs], error)
}

func (w *riverWorker[T]) Timeout(job *river.Job[wakeArgs]) time.Duration {
	return w.c.timeout(job.Args)
}

// NextRetry is soon: the job fails only if the database does.
func (w *riverWorker[T]) NextRetry(*river.Job[wakeArgs]) time.Time {
	return time.Now().Add(w.c.retry + jitter(w.c.retry))
}

func (w *riverWorker[T]) Work(ctx context.Context, job *river.Job[wakeArgs]) error {
	return w.c.work(ctx, job.Args, func(ctx context.Context, t tx) error {
		done, err := w.complete(ctx, t, job)
		if errors.Is(err, rivertype.ErrNotFound) {
			return nil // somebody deleted it: the listing's row says who works on it
		}
		if err != nil {
			return err
		}
		if done.State != rivertype.JobStateCompleted || done.Attempt != job.Attempt {
			return errNotOurs
		}
		return nil
	})
}

func riverConfig(c queueConfig, workers *river.Workers) *river.Config {
	return &river.Config{
		Logger:                      quiet,
		Workers:                     workers,
		Queues:                      map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: c.workers}},
		FetchCooldown:               20 * time.Millisecond,
		FetchPollInterval:           500 * time.Millisecond,
		JobTimeout:                  c.longest,
		RescueStuckJobsAfter:        c.longest + time.Minute,
		CompletedJobRetentionPeriod: 10 * time.Minute,
		CancelledJobRetentionPeriod: 10 * time.Minute,
		DiscardedJobRetentionPeriod: time.Hour,
	}
}

func (p *postgres) queue(c queueConfig) (queue, error) {
	workers := river.NewWorkers()
	river.AddWorker(workers, &riverWorker[pgx.Tx]{c: c, complete: func(ctx context.Context, t tx, job *river.Job[wakeArgs]) (*river.Job[wakeArgs], error) {
		return river.JobCompleteTx[*riverpgxv5.Driver](ctx, t.(*pgTx).Tx, job)
	}})
	config := riverConfig(c, workers)
	config.Schema, config.PollOnly = riverSchema, p.pollOnly
	client, err := river.NewClient(riverpgxv5.New(p.pool), config)
	if err != nil {
		return nil, fmt.Errorf("mirror: %w", err)
	}
	return &riverQueue[pgx.Tx]{client}, nil
}

func (s *sqlite) queue(c queueConfig) (queue, error) {
	workers := river.NewWorkers()
	river.AddWorker(workers, &riverWorker[*sql.Tx]{c: c, complete: func(ctx context.Context, t tx, job *river.Job[wakeArgs]) (*river.Job[wakeArgs], error) {
		return river.JobCompleteTx[*riversqlite.Driver](ctx, t.(*sqliteTx).Tx, job)
	}})
	config := riverConfig(c, workers)
	config.FetchPollInterval = 50 * time.Millisecond // nobody tells of new jobs
	client, err := river.NewClient(riversqlite.New(s.writer), config)
	if err != nil {
		return nil, fmt.Errorf("mirror: %w", err)
	}
	return &riverQueue[*sql.Tx]{client}, nil
}

// Clients are River clients of a mirror's database. One of them is nil.
type Clients struct {
	Postgres *river.Client[pgx.Tx]
	SQLite   *river.Client[*sql.Tx]
}

// QueueClients returns clients that work no jobs, for River's own tools; package
// mirror/ui is made of them. Jobs are no more than wake-ups: to delete, cancel or retry
// them does no harm. The clients use the Mirror's connections until Close.
func (m *Mirror) QueueClients() (Clients, error) {
	switch db := m.db.(type) {
	case *postgres:
		client, err := river.NewClient(riverpgxv5.New(db.pool), &river.Config{Logger: quiet, Schema: riverSchema})
		return Clients{Postgres: client}, err
	case *sqlite:
		client, err := river.NewClient(riversqlite.New(db.writer), &river.Config{Logger: quiet})
		return Clients{SQLite: client}, err
	}
	return Clients{}, errors.New("mirror: the Mirror is not open")
}

func (q *riverQueue[T]) start(ctx context.Context) error { return q.client.Start(ctx) }

func (q *riverQueue[T]) stop(ctx context.Context) error { return q.client.StopAndCancel(ctx) }

func (q *riverQueue[T]) wake(ctx context.Context, all []wakeArgs) error {
	params := make([]river.InsertManyParams, len(all))
	for i := range all {
		params[i] = river.InsertManyParams{Args: all[i]}
	}
	if len(params) == 0 {
		return nil
	}
	_, err := q.client.InsertMany(ctx, params)
	return err
}
