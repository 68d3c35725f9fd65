package transport_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

type m = map[string]any

func TestFallback(t *testing.T) {
	nested := func(n int) string { return strings.Repeat(`{"errors":[`, n) + `"deep"` + strings.Repeat(`]}`, n) }
	for name, c := range map[string]struct {
		kind, body    string
		code, message string
		id            string
		details       m
	}{
		"message":                   {body: `{"message":"Forbidden"}`, message: "Forbidden"},
		"message of AWS":            {body: `{"Message":"User is not authorized","__type":"com.amazon#AccessDenied"}`, code: "com.amazon#AccessDenied", message: "User is not authorized"},
		"messages":                  {body: `{"statusCode":400,"message":["name is short","rent is low"],"error":"Bad Request"}`, message: "name is short; rent is low", details: m{"message": []any{"name is short", "rent is low"}}},
		"message by field":          {body: `{"message":{"email":["is taken"]}}`, message: "email: is taken", details: m{"email": []any{"is taken"}}},
		"detail":                    {body: `{"detail":"Not found."}`, message: "Not found."},
		"detail of FastAPI":         {body: `{"detail":[{"type":"missing","loc":["body","email"],"msg":"Field required","input":{"name":"Al"}}]}`, message: "body.email: Field required", details: m{"detail": []any{m{"type": "missing", "loc": []any{"body", "email"}, "msg": "Field required", "input": m{"name": "Al"}}}}},
		"title":                     {body: `{"title":"Out of credit"}`, message: "Out of credit"},
		"error":                     {body: `{"error":"No communities found"}`, message: "No communities found"},
		"error, one word":           {body: `{"error":"Unauthorized"}`, message: "Unauthorized"},
		"error and message":         {body: `{"error":"taken","message":"The unit is taken."}`, code: "taken", message: "The unit is taken."},
		"error and message, words":  {body: `{"error":"Not Found","message":"No such unit"}`, message: "No such unit"},
		"error of Spring":           {body: `{"timestamp":"2026-01-01T00:00:00Z","status":404,"error":"Not Found","path":"/v1/residents/r1"}`, message: "Not Found"},
		"error of OAuth":            {body: `{"error":"invalid_client"}`, code: "invalid_client"},
		"error of OAuth, described": {body: `{"error":"invalid_client","error_description":"No such client"}`, code: "invalid_client", message: "No such client"},
		"error of OAuth, more":      {body: `{"error":"invalid_scope","scope":"read write"}`, code: "invalid_scope"},
		"error and title":           {body: `{"error":"not_found","title":"No such unit"}`, code: "not_found", message: "No such unit"},
		"error object":              {body: `{"message":"Request failed","error":{"code":"c","message":"No."}}`, code: "c", message: "No."},
		"error object, null":        {body: `{"error":null,"message":"No.","code":"c"}`, code: "c", message: "No."},
		"error object by field":     {body: `{"error":{"email":["is taken"],"code":["is short"]}}`, message: "email: is taken; code: is short", details: m{"email": []any{"is taken"}, "code": []any{"is short"}}},
		"error list":                {body: `{"error":[{"code":7,"message":"No."}]}`, code: "7", message: "No.", details: m{"error": []any{m{"code": 7.0, "message": "No."}}}},
		"error of Google":           {body: `{"error":{"code":400,"errors":[{"domain":"global","reason":"bad words"}]}}`, code: "400", message: "bad words", details: m{"errors": []any{m{"domain": "global", "reason": "bad words"}}}},
		"errors, text":              {body: `{"errors":"No."}`, message: "No."},
		"errors, texts":             {body: `{"errors":["One.","Two."]}`, message: "One.; Two.", details: m{"errors": []any{"One.", "Two."}}},
		"errors, many":              {body: `{"errors":["1","2","3","4","5","6","7"]}`, message: "1; 2; 3; 4; 5; and more", details: m{"errors": []any{"1", "2", "3", "4", "5", "6", "7"}}},
		"errors, empty":             {body: `{"errors":[],"message":""}`},
		"errors, null":              {body: `{"errors":null,"detail":null,"title":"T"}`, message: "T"},
		"errors by field":           {body: `{"errors":{"email":["must be an email address"],"rent_due_day":["is out of range","is odd"],"base":["Too late"]}}`, message: "email: must be an email address; rent_due_day: is out of range; is odd; Too late", details: m{"email": []any{"must be an email address"}, "rent_due_day": []any{"is out of range", "is odd"}, "base": []any{"Too late"}}},
		"errors by field, text":     {body: `{"errors":{"name_assignments":"is not unique"}}`, message: "name_assignments: is not unique", details: m{"name_assignments": "is not unique"}},
		"errors by field, nested":   {body: `{"errors":{"address":{"zip":["is short"]},"contacts":[{},{"phone":["is long"]}]}}`, message: "address.zip: is short; contacts.phone: is long", details: m{"address": m{"zip": []any{"is short"}}, "contacts": []any{m{}, m{"phone": []any{"is long"}}}}},
		"errors, objects":           {body: `{"message":"","errors":[{"field":"email","code":"invalid","value":"al@example.test","message":"is invalid"},{"param":"rent","type":"too_low"}]}`, code: "invalid", message: "email: is invalid; rent: too_low", details: m{"errors": []any{m{"field": "email", "code": "invalid", "value": "al@example.test", "message": "is invalid"}, m{"param": "rent", "type": "too_low"}}}},
		"error hash":                {body: `{"error_hash":{"width":[{"name":"U1","message":"is negative"}]}}`, message: "width: is negative", details: m{"width": []any{m{"name": "U1", "message": "is negative"}}}},
		"GraphQL":                   {body: `{"data":null,"errors":[{"message":"No.","extensions":{"code":"BAD_USER_INPUT"}}]}`, code: "BAD_USER_INPUT", message: "No.", details: m{"errors": []any{m{"message": "No.", "extensions": m{"code": "BAD_USER_INPUT"}}}}},
		"JSON:API":                  {body: `{"errors":[{"status":"422","source":{"pointer":"/data/attributes/rent"},"title":"Invalid","detail":"is low"}]}`, message: "rent: is low", details: m{"errors": []any{m{"status": "422", "source": m{"pointer": "/data/attributes/rent"}, "title": "Invalid", "detail": "is low"}}}},
		"problem":                   {kind: "application/problem+json", body: `{"type":"https://example.test/credit","title":"Out of credit","status":403,"detail":"The balance is 30.","instance":"/a/1"}`, code: "https://example.test/credit", message: "The balance is 30."},
		"problem without a type":    {kind: "application/problem+json", body: `{"type":"about:blank","title":"Not Found","status":404}`, message: "Not Found"},
		"problem by field":          {kind: "application/problem+json", body: `{"type":"about:blank","title":"One or more errors","errors":{"Email":["is required"]},"traceId":"t-1"}`, message: "Email: is required", id: "t-1", details: m{"Email": []any{"is required"}}},
		"details, list":             {body: `{"message":"No.","details":["a","b"]}`, message: "No.", details: m{"details": []any{"a", "b"}}},
		"details, text":             {body: `{"error":{"message":"No.","details":"why"}}`, message: "No.", details: m{"details": "why"}},
		"details, number":           {body: `{"message":"No.","details":5}`, message: "No.", details: m{"details": 5.0}},
		"details, exact numbers":    {body: `{"message":"No.","details":{"a":1.5,"b":12345678901234567890,"c":1e999,"d":null,"e":false,"f":1.0000000000000000001}}`, message: "No.", details: m{"a": 1.5, "b": "12345678901234567890", "c": "1e999", "d": nil, "e": false, "f": "1.0000000000000000001"}},
		"details only":              {body: `{"error":{"code":"c","details":{"details":{"name":"ZodError","issues":[{"code":"custom","path":["rent"],"message":"is low"}]}}}}`, code: "c", message: "rent: is low", details: m{"details": m{"name": "ZodError", "issues": []any{m{"code": "custom", "path": []any{"rent"}, "message": "is low"}}}}},
		"fields":                    {body: `{"name":["is short"],"groups":[{"id":["is unknown"]}]}`, message: "name: is short; groups.id: is unknown", details: m{"name": []any{"is short"}, "groups": []any{m{"id": []any{"is unknown"}}}}},
		"fields, none":              {body: `{"non_field_errors":["Nothing to update."]}`, message: "Nothing to update.", details: m{"non_field_errors": []any{"Nothing to update."}}},
		"fields that are no names":  {body: `{"al b":["is short"],"12":["is odd"]}`, message: "is short; is odd", details: m{"al b": []any{"is short"}, "12": []any{"is odd"}}},
		"a record":                  {body: `{"residents":[{"first_name":"Al","id":"r1","notes":"call him"}],"meta":{"parameters":{"q":"al b"}}}`},
		"wrapped":                   {body: `{"meta":{"code":3,"message":"No.","request_id":"r-1"}}`, code: "3", message: "No.", id: "r-1"},
		"wrapped list":              {body: `{"meta":{"message":["One.","Two."],"request_id":7}}`, message: "One.; Two.", id: "7", details: m{"message": []any{"One.", "Two."}}},
		"status message":            {body: `{"meta":{"status_message":"Unprocessable"}}`, message: "Unprocessable"},
		"reason":                    {body: `{"success":false,"reason":"The unit is taken"}`, message: "The unit is taken"},
		"errorCode":                 {body: `{"status":404,"errorCode":"no_session"}`, code: "no_session"},
		"first text":                {body: `{"ok":false,"what":"The unit is taken"}`, message: "The unit is taken"},
		"request ids":               {body: `{"error":{"message":"No.","requestId":"r-2"}}`, message: "No.", id: "r-2"},
		"code null":                 {body: `{"code":null,"message":"No."}`, message: "No."},
		"code object":               {body: `{"code":{"a":1},"message":"No."}`, message: "No."},
		"code list":                 {body: `{"code":["a"],"message":"No."}`, message: "No."},
		"code number":               {body: `{"code":-12.50,"message":"No."}`, code: "-12.50", message: "No."},
		"code of a record":          {body: `{"data":{"type":"units"}}`},
		"one word":                  {body: `{"ok":false,"what":"abcdefgh"}`},
		"no words":                  {body: `{"error":{"code":"c","message":5}}`, code: "c"},
		"a long name":               {body: `{"errors":{"` + strings.Repeat("x", 65) + `":"is odd"}}`, message: "is odd", details: m{strings.Repeat("x", 65): "is odd"}},
		"top list":                  {body: `["One.","Two.",{"message":"Three."},4]`, message: "One.; Two.; Three."},
		"top text":                  {body: `"No \"such\" unit"`, message: `No "such" unit`},
		"top number":                {body: `5`},
		"top true":                  {body: `true`},
		"top null":                  {body: `null`},
		"records on top":            {body: `[{"first_name":"Al"}]`},

		"a name twice":         {body: `{"message":"Yes.","message":"No.","message":null}`, message: "No."},
		"invalid UTF-8":        {body: "{\"message\":\"N\xffo.\",\"c\xffde\":1,\"code\":\"a\xff\"}", code: "a\ufffd", message: "N\ufffdo."},
		"BOM":                  {body: "\ufeff \n{\"message\":\"No.\"}", message: "No."},
		"control characters":   {body: "{\"message\":\"No\nway.\"}", message: "No\nway."},
		"escapes":              {body: `{"m\u0065ssage":"x","message":"\u00fc \ud83d\ude00 \ud83d \'a\/b\\ \b\f\n\r\t \uzzzz"}`, message: "ü 😀 \ufffd 'a/b\\   \n\r\t \ufffd"},
		"breaks off in a text": {body: `{"code":"c","message":"No wa`, code: "c", message: "No wa"},
		"breaks off at a code": {body: `{"error":{"message":"No.","code":"inv`, code: "inv", message: "No."},
		"breaks off in a name": {body: `{"error":{"message":"No.","co`, message: "No."},
		"breaks off at colon":  {body: `{"message":"No.","code":`, message: "No."},
		"breaks off at escape": {body: `{"message":"No \`, message: "No"},
		"breaks off at quote":  {body: `{"message":"No \"`, message: "No"},
		"breaks off in list":   {body: `{"errors":["One.","Tw`, message: "One.; Tw", details: m{"errors": []any{"One.", "Tw"}}},
		"no commas":            {body: `{"code":"c" "message":"No." "x" y:1,,}`, code: "c", message: "No."},
		"single quotes":        {body: `{'a':1,"message":"No."}`, message: "No."},
		"deep":                 {body: nested(6), message: "deep", details: m{"errors": []any{json1(nested(5))}}},
		"deep before":          {body: `{"x":` + strings.Repeat("[", 1e5) + strings.Repeat("]", 1e5) + `,"message":"No."}`, message: "No."},
		"deep without end":     {body: strings.Repeat("[", 1e6)},

		"plain text":          {kind: "text/plain", body: "Rate limit\r\nexceeded\n", message: "Rate limit exceeded"},
		"plain text as JSON":  {kind: "application/json", body: "Unauthorized", message: "Unauthorized"},
		"plain text, bracket": {kind: "text/plain; charset=utf-8", body: "[ERROR] no such unit", message: "[ERROR] no such unit"},
		"plain text, broken":  {body: "Ung\xfcltige Anfrage", message: "Ung\ufffdltige Anfrage"},
		"binary":              {body: "\x00\x01\x02ab\xff\xfe"},
		"an image":            {kind: "image/png", body: "it may look like text"},
		"garbage":             {body: strings.Repeat("\xff\x00{", 1<<19)},
		"one long word":       {body: strings.Repeat("x", 1<<20)},
		"empty":               {body: " \r\n"},
		"HTML":                {kind: "text/html", body: "<html><head><TITLE lang=en>\n 502 Bad&nbsp;Gateway &amp; more </TITLE></head><body><h1>other</h1>", message: "502 Bad Gateway & more"},
		"HTML with a heading": {kind: "text/html", body: "<html><title></title><h1>Down for repair</h1>", message: "Down for repair"},
		"HTML without":        {kind: "text/html; charset=utf-8", body: "<html><body>Bad Gateway</body></html>"},
		"words as HTML":       {kind: "text/html", body: "Cannot GET /v1/units", message: "Cannot GET /v1/units"},
		"HTML as JSON":        {kind: "application/json", body: "<!doctype html><title>Login</title>", message: "Login"},
		"XML":                 {kind: "application/xml", body: `<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`, message: "Access Denied"},
		"XML, one element":    {body: `<Error>Only one auth mechanism allowed</Error>`, message: "Only one auth mechanism allowed"},
		"SOAP":                {kind: "text/xml", body: `<s:Fault><faultcode>x</faultcode><faultstring>No such unit</faultstring></s:Fault>`, message: "No such unit"},
	} {
		t.Run(name, func(t *testing.T) {
			e := &tenantry.Error{StatusCode: 400}
			understood := transport.Fallback(e, c.kind, []byte(c.body))
			assert.Equal(t, &tenantry.Error{StatusCode: 400, Code: c.code, Message: c.message, RequestID: c.id, Details: c.details}, e)
			assert.Equal(t, c.code != "" || c.message != "", understood)
		})
	}
}

func json1(s string) (v any) {
	if json.Unmarshal([]byte(s), &v) != nil {
		panic(s)
	}
	return v
}

// What the API's own decoder found stays.
func TestFallbackFillsIn(t *testing.T) {
	e := &tenantry.Error{StatusCode: 400, Code: "own", Message: "Own.", RequestID: "r-1", Details: m{"a": 1}}
	require.True(t, transport.Fallback(e, "", []byte(`{"code":"c","message":"No.","request_id":"r-2","errors":{"a":["x"],"b":["y"]}}`)))
	assert.Equal(t, &tenantry.Error{StatusCode: 400, Code: "own", Message: "Own.", RequestID: "r-1", Details: m{"a": 1, "b": []any{"y"}}}, e)
	require.True(t, transport.Fallback(e, "text/plain", []byte(`Other words`)))
	assert.Equal(t, "Own.", e.Message)
}

func TestFallbackOfSuccesses(t *testing.T) {
	for body, want := range map[string]tenantry.Error{
		`{"message":"No.","code":3,"request_id":"r"}`: {Code: "3", Message: "No.", RequestID: "r"},
		`{"error":"No such team"}`:                    {Message: "No such team"},
		`{"error":"invalid_client"}`:                  {Code: "invalid_client"},
		`{"error":{"type":"t","message":"No."}}`:      {Code: "t", Message: "No."},
		`{"errors":["One.","Two."]}`:                  {Message: "One.; Two.", Details: m{"errors": []any{"One.", "Two."}}},
		`{"detail":"No."}`:                            {Message: "No."},
		`{"title":"No."}`:                             {Message: "No."},
		`{"title":"No.","tags":["a"]}`:                {Message: "No."},
		`{"message":null,"error":null,"errors":[]}`:   {},
		`{"id":"u1","type":"unit","code":"4711","description":"Two beds","tags":["a"],"what":"it is fine","request_id":"r"}`: {},
		`{"meta":{"status_message":"OK","message":"fine"}}`:                                                                  {},
		`{"results":{"message":"x"}}`: {},
		`["One."]`:                    {},
		`"words of it"`:               {},
		`plain words`:                 {},
		`<title>Login</title>`:        {},
		``:                            {},
	} {
		e := &tenantry.Error{StatusCode: 200}
		want.StatusCode = 200
		assert.Equal(t, want.Code != "" || want.Message != "", transport.Fallback(e, "", []byte(body)), body)
		assert.Equal(t, &want, e, body)
	}
	e := &tenantry.Error{StatusCode: 302}
	assert.False(t, transport.Fallback(e, "text/html", []byte(`<title>302 Found</title>`)), "where it leads to says more")
	assert.Equal(t, &tenantry.Error{StatusCode: 302}, e)
}

// Long words are cut, after secrets are taken out of them: half a secret would
// not be recognized.
func TestLongErrorBodies(t *testing.T) {
	failed := func(kind, body string) *tenantry.Error {
		c := stubbed(t, stub(func(*http.Request) (*http.Response, error) {
			r := response(400, body)
			r.Header.Set("Content-Type", kind)
			return r, nil
		}))
		var e *tenantry.Error
		require.ErrorAs(t, c.Call(t.Context(), call(read), nil), &e)
		return e
	}
	long := strings.Repeat("word ", 1e5)
	for _, body := range []string{`{"message":"` + long + `"}`, `{"errors":["` + long + `","` + long + `"]}`, `["` + long, long, `<title>` + long, `{"x":"` + long + `"}`} {
		e := failed("text/plain", body)
		assert.Less(t, len(e.Message), 2100)
		assert.True(t, strings.HasSuffix(e.Message, "word…"), "it is cut between words")
	}
	for at := 2000; at < 2050; at++ {
		assert.NotContains(t, failed("", `{"message":"`+strings.Repeat("x", at)+`token-of-the-test"}`).Message, "token")
	}
	e := failed("", `{"code":"`+strings.Repeat("é", 1e5)+`","request_id":"`+strings.Repeat("x", 1e5)+`","details":[`+strings.Repeat(`[],`, 3e5)+`]}`)
	assert.LessOrEqual(t, len(e.Code), 128)
	assert.True(t, utf8.ValidString(e.Code))
	assert.LessOrEqual(t, len(e.RequestID), 128)
	list, _ := e.Details["details"].([]any)
	assert.InDelta(t, 4096, len(list), 10)
}

func TestDeepErrorBodies(t *testing.T) {
	for body, want := range map[string]string{
		strings.Repeat(`{"errors":`, 1e4):                                   "",
		strings.Repeat(`{"error":[`, 1e4) + `"x"`:                           "",
		strings.Repeat(`{"message":{"detail":`, 5e3):                        "",
		`{"message":"No.","error":` + strings.Repeat("[", 1e4):              "No.",
		`{"message":"No.","details":` + strings.Repeat(`{"details":[`, 1e4): "No.",
	} {
		e := &tenantry.Error{StatusCode: 400}
		assert.Equal(t, want != "", transport.Fallback(e, "", []byte(body)))
		assert.Equal(t, want, e.Message)
		details, err := json.Marshal(e.Details)
		require.NoError(t, err)
		assert.Less(t, len(details), 500)
		// Each level is read a few times and not twice as often as the one around it.
		assert.Less(t, testing.AllocsPerRun(1, func() {
			transport.Fallback(&tenantry.Error{StatusCode: 400}, "", []byte(body))
		}), 3000.0, "%.20s", body)
	}
}

func TestWideErrorBodies(t *testing.T) {
	body := []byte(`{"errors":[` + strings.Repeat(`{},`, 1e5) + `"No."]}`)
	assert.Less(t, testing.AllocsPerRun(1, func() {
		assert.False(t, transport.Fallback(&tenantry.Error{StatusCode: 400}, "", body))
	}), 50_000.0, "only the first items are searched for words")
}

func TestErrorBody(t *testing.T) {
	v := transport.ReadErrorBody([]byte(` {"a":{"b_c":[1,"x",null]},"n":null,"t":true,"d":{},"l":[]} `))
	assert.Equal(t, byte('['), v.Get("a", "bC").Kind())
	assert.Zero(t, v.Get("n").Kind())
	assert.Zero(t, v.Get("a", "x", "y").Kind())
	assert.Equal(t, byte('t'), v.Get("t").Kind())
	assert.Empty(t, v.Text("a", "b_c"))
	assert.Equal(t, "x", v.Words("a", "b_c"))
	assert.Equal(t, m{"b_c": []any{1.0, "x", nil}}, v.Details("a"))
	assert.Equal(t, m{"t": true}, v.Details("t"))
	for _, empty := range []string{"n", "d", "l", "none"} {
		assert.Nil(t, v.Details(empty), empty)
	}
	members := maps.Collect(v.Members())
	assert.Len(t, members, 5)
	assert.Equal(t, transport.ErrorBody(`true`), members["t"])
	for name := range v.Members() {
		assert.Equal(t, "a", name)
		break
	}
	assert.Equal(t, "1", transport.ReadErrorBody([]byte(`{"n":1,"n":null}`)).Text("n"))
	assert.Equal(t, "2", transport.ReadErrorBody([]byte(`{"n":1,"N":2}`)).Text("n"))
	many := transport.ReadErrorBody([]byte(`{` + strings.Repeat(`"a":1,`, 1e4) + `}`))
	n := 0
	for range many.Members() {
		n++
	}
	assert.Equal(t, 4096, n)
	for _, other := range []string{``, `[1]`, `"a"`, `5`, `null`} {
		assert.Empty(t, maps.Collect(transport.ReadErrorBody([]byte(other)).Members()))
	}
}

func FuzzErrorBody(f *testing.F) {
	for _, body := range []string{
		`{"error":{"code":"c","message":"m","details":[{"path":["a"],"message":"x"}]},"request_id":"r"}`, `{"errors":{"a":["x"],"b":{"c":"y"}}}`,
		`{"meta":{"message":["a"],"error_code":5}}`, `{"detail":[{"loc":["a"],"msg":"m"}]}`, `{"a":["x\ud83d\`, "{\"message\":\"\xff", `[[[["a"`, "\ufeff{}", `{"":`,
		`<title>x</title>`, `plain`, `{]}[`, `{"a" "b":1,:,"message":-1e5}`, `"\u12`, `{"errors":[{"source":{"pointer":"/a/b"},"title":"t"}]}`,
	} {
		f.Add("application/json", 400, []byte(body))
		f.Add("text/plain", 200, []byte(body))
	}
	f.Fuzz(func(t *testing.T, kind string, status int, body []byte) {
		before := string(body)
		e := &tenantry.Error{StatusCode: status}
		understood := transport.Fallback(e, kind, body)
		if understood != (e.Code != "" || e.Message != "") {
			t.Error("understood without a code or a message, or not understood with one")
		}
		for _, text := range []string{e.Code, e.Message, e.RequestID} {
			if !utf8.ValidString(text) || len(text) > 2<<10 {
				t.Errorf("%q", text)
			}
		}
		if e.Details != nil {
			if _, err := json.Marshal(e.Details); err != nil {
				t.Error(err)
			}
		}
		var object map[string]any
		if v := transport.ReadErrorBody(body); json.Unmarshal(body, &object) == nil && len(body) < 1000 {
			n := 0
			for range v.Members() {
				n++
			}
			if n != len(object) {
				t.Errorf("%d members of %d: %q", n, len(object), body)
			}
		}
		if string(body) != before {
			t.Error("the body was changed")
		}
	})
}
