package storedge_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/storedge"
)

func pdfs(f *storedge.Facility) map[string]func(context.Context) (io.ReadCloser, error) {
	return map[string]func(context.Context) (io.ReadCloser, error){
		"get":             func(ctx context.Context) (io.ReadCloser, error) { return f.Documents.Get(ctx, "d1") },
		"get-for-session": func(ctx context.Context) (io.ReadCloser, error) { return f.Documents.GetForSession(ctx, "d1", "s1") },
	}
}

func TestDocuments(t *testing.T) {
	want := append([]byte("%PDF-1.4\n\x00\xff"), bytes.Repeat([]byte("x"), 5000)...)
	f, mock := facility(t, tenantry.WithMaxResponseBytes(int64(len(want))))
	for name, get := range pdfs(f) {
		mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
			assert.Equal(t, "application/pdf, application/json", r.Header.Get("Accept"))
			return httpmock.NewBytesResponse(200, want), nil
		})
		file, err := get(t.Context())
		require.NoError(t, err, name)
		other, err := get(t.Context()) // which does not share memory with the first
		require.NoError(t, err, name)
		got, err := io.ReadAll(file)
		require.NoError(t, err, name)
		assert.Equal(t, want, got, name)
		require.NoError(t, file.Close())
		require.NoError(t, other.Close())

		mock.RegisterNoResponder(httpmock.NewBytesResponder(200, append(want, 'x')))
		_, err = get(t.Context())
		require.ErrorIs(t, err, tenantry.ErrTooLarge, name)
	}
}

func TestResponsesThatAreNoDocument(t *testing.T) {
	f, mock := facility(t)
	for name, get := range pdfs(f) {
		mock.RegisterNoResponder(httpmock.NewStringResponder(204, ""))
		_, err := get(t.Context())
		require.ErrorIs(t, err, tenantry.ErrNotFound, name)

		for _, body := range []string{`<html>Sign in</html>`, `{"documents":[]}`, `PDF`} {
			mock.RegisterNoResponder(httpmock.NewStringResponder(200, body))
			_, err = get(t.Context())
			require.Error(t, err, name+body)
		}
		mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"meta":{"status_code":404,"message":"The session is over."}}`))
		_, err = get(t.Context())
		var e *tenantry.Error
		require.ErrorAs(t, err, &e, name)
		assert.Equal(t, "The session is over.", e.Message)
		mock.RegisterNoResponder(httpmock.NewStringResponder(404, `{"meta":{"message":"No."}}`))
		_, err = get(t.Context())
		require.ErrorIs(t, err, tenantry.ErrNotFound, name)
	}
}
