package elevenostest_test

import (
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/tenantry/tenantry-go/elevenos/elevenostest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var plain = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

func send(t *testing.T, method, url, authorization, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Authorization", authorization)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := plain.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(b)
}

func TestItIsStrict(t *testing.T) {
	s := elevenostest.NewServer(elevenostest.WithResidents(5))
	defer s.Close()
	password := func(s string) string { return "Password " + base64.StdEncoding.EncodeToString([]byte(s)) }
	credentials := password(elevenostest.Email + ":" + elevenostest.Password)
	status, body := send(t, "POST", s.URL+"/oauth/token", credentials, "")
	require.Equal(t, 200, status)
	token := "Bearer " + strings.Split(body, `"`)[3]
	site := s.URL + "/team/" + elevenostest.TeamID + "/site/" + elevenostest.SiteID
	id := s.ResidentIDs()[3]
	for _, c := range []struct {
		method, url, authorization, body string
		status                           int
		says                             string
	}{
		{"POST", s.URL + "/oauth/token", password(elevenostest.Email + ":x"), "", 401, "not right"},
		{"POST", s.URL + "/oauth/token", "Basic x", "", 401, "not right"},
		{"POST", s.URL + "/oauth/token", credentials, "{}", 400, "empty"},
		{"GET", s.URL + "/team", credentials, "", 401, "not valid"},
		{"GET", s.URL + "/team", "Bearer x", "", 401, "not valid"},
		{"GET", s.URL + "/team", token, "", 200, elevenostest.TeamID},
		{"GET", s.URL + "/team/", token, "", 404, "nothing at this path"},
		{"GET", s.URL + "/team/x/site", token, "", 404, "no such team"},
		{"GET", s.URL + "/team/x/site/y/resident", token, "", 404, "no such site"},
		{"GET", site + "/resident/none", token, "", 404, "no such resident"},
		{"POST", site + "/resident", token, `{"Email":"x"}`, 200, "not an email address"},
		{"POST", site + "/resident", token, `{"Email":"x@y","Unit":"none"}`, 200, "does not match"},
		{"POST", site + "/resident", token, `{"Email":"x@y","Shoe":"9"}`, 200, "no field"},
		{"POST", site + "/resident", token, `{"Email":"x@y","ActivationDateUTC":"2021-11-05 14:10"}`, 200, "not a date and time"},
		{"POST", site + "/resident", token, `{"Email":"resident1@example.com","Building":"Building A","Floor":"3","Unit":"104"}`, 200, "already exists"},
		{"PUT", site + "/resident/" + id, token, `{"Email":"other@example.com"}`, 200, "can't be changed"},
		{"PATCH", site + "/resident/" + id + "/status", token, `{"Status":"active"}`, 200, "must be Active or Disabled"},
		{"PATCH", site + "/resident/" + id + "/status", token, `{"Status":"Disabled"}`, 200, `"Error":null`},
		{"GET", site + "/resident/" + id, token, "", 200, "suspended"},
		{"POST", site + "/resident/import", token, `{"Residents":[]}`, 200, "no residents"},
		{"POST", site + "/resident/bulkaction", token, `{"Action":"explode"}`, 200, "no such action"},
		{"POST", site + "/resident/bulkaction", token, `{"Action":"suspend","Ids":[]}`, 200, "not a bulk action"},
		{"POST", site + "/resident", token, `{"Email":"ana bell@example.com"}`, 200, "not an email address"},
		{"POST", site + "/resident", token, `{"Email":" ana@example.com"}`, 200, "not an email address"},
		{"POST", site + "/resident", token, `{"Email":"Ana <ana@example.com>"}`, 200, "not an email address"},
		{"POST", site + "/resident", token, `{"FirstName":"Ana"}`, 200, "not an email address"},
		{"POST", site + "/resident", token, `{"Email":"x@y","Unit":104}`, 200, "Unit must be a text"},
		{"POST", site + "/resident", token, `{"Email":"x@y","Email":"x@y"}`, 200, "not a resident"},
		{"POST", site + "/resident", token, `[]`, 200, "not a resident"},
		{"POST", site + "/resident", token, `{"Email":"x@y","Building":"Building B","Floor":"3","Unit":"105"}`, 200, `"Error":null`},
		{"POST", site + "/resident", token, `{"Email":"z@y","Building":"Building B","Floor":"3","Unit":"105"}`, 200, "is occupied"},
		{"POST", site + "/resident", token, `{"Email":"X@Y","Building":"Building B","Floor":"4","Unit":"107"}`, 200, "already exists"},
		{"PUT", site + "/resident/" + id, token, `{"Shoe":"9"}`, 200, "no field"},
		{"PUT", site + "/resident/" + id, token, `{"DeactivationDateUTC":"2000-01-01T00:00:00Z"}`, 200, "not after the activation date"},
		{"PATCH", site + "/resident/" + id + "/status", token, `{"Status":"Active","Why":"x"}`, 200, "must be Active or Disabled"},
		{"POST", site + "/resident/import", token, `{"Residents":[{}],"Notify":true}`, 200, "something else"},
		{"POST", site + "/resident/import", token, `{"Residents":["x"]}`, 200, "not a JSON object"},
		{"GET", site + "/resident?limit=10;offset=3", token, "", 400, "malformed"},
		{"GET", s.URL + "/team", "bearer" + token[6:], "", 200, elevenostest.TeamID},
		{"POST", s.URL + "/oauth/token", "PASSWORD" + credentials[8:], "", 200, "access_token"},
		{"GET", site + "/resident/import/none", token, "", 404, "no such job"},
	} {
		status, body := send(t, c.method, c.url, c.authorization, c.body)
		assert.Equal(t, c.status, status, "%s %s %s", c.method, c.url, c.body)
		assert.Contains(t, body, c.says, "%s %s %s", c.method, c.url, c.body)
	}
	assert.Equal(t, 2, s.TokensIssued())
}
