package transport

import (
	"encoding/base64"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"

	tenantry "github.com/tenantry/tenantry-go"
)

const redacted = "[redacted]"

func (f *flight) newError() *tenantry.Error {
	h := f.header.Clone()
	for _, name := range []string{"Set-Cookie", "Set-Cookie2", "Authorization", "Proxy-Authorization", "Location"} {
		h.Del(name)
	}
	return &tenantry.Error{
		API: f.c.spec.API, Operation: f.call.Op.Name, Method: f.call.Op.Method, Path: f.call.Op.Path,
		StatusCode: f.status, RetryAfter: f.retryAfter, Header: h, Attempts: f.attempts,
	}
}

// serverError decodes the last answer, whatever its body is.
func (f *flight) serverError() *tenantry.Error {
	e := f.newError()
	for _, name := range []string{"X-Request-Id", "Request-Id", "X-Amzn-Requestid", "Cf-Ray"} {
		if e.RequestID = f.header.Get(name); e.RequestID != "" {
			break
		}
	}
	body := f.answer.Bytes()
	understood := f.c.spec.DecodeError != nil && f.c.spec.DecodeError(e, body)
	if !Fallback(e, f.header.Get("Content-Type"), body) && !understood {
		e.Message = f.describe(body)
	}
	f.redact(e)
	return e
}

// describe says what came in place of the API's own error.
func (f *flight) describe(body []byte) string {
	if f.status >= 300 && f.status < 400 {
		where := "elsewhere"
		if u, err := url.Parse(f.header.Get("Location")); err == nil && u.Host != "" {
			where = "to " + u.Scheme + "://" + u.Host
		}
		return "the server redirects " + where + ", which is not followed"
	}
	if len(body) == 0 {
		return "the answer has no body"
	}
	if kind, _, _ := mime.ParseMediaType(f.header.Get("Content-Type")); kind != "" && kind != "application/json" {
		return "the answer is " + kind + ", not the API's own error"
	}
	return "the answer is not the API's own error"
}

// redact takes out of an error what the server echoed of the credentials and,
// for a secret operation, of the body.
func (f *flight) redact(e *tenantry.Error) {
	secrets := f.secrets()
	if len(secrets) == 0 {
		return
	}
	r := strings.NewReplacer(pairs(secrets)...)
	e.Code, e.Message, e.RequestID = r.Replace(e.Code), r.Replace(e.Message), r.Replace(e.RequestID)
	if e.Details != nil {
		e.Details, _ = redactAny(e.Details, r).(map[string]any)
	}
	for _, values := range e.Header {
		for i, v := range values {
			values[i] = r.Replace(v)
		}
	}
}

func pairs(secrets []string) []string {
	p := make([]string, 0, 2*len(secrets))
	for _, s := range secrets {
		p = append(p, s, redacted)
	}
	return p
}

func redactAny(v any, r *strings.Replacer) any {
	switch v := v.(type) {
	case string:
		return r.Replace(v)
	case []any:
		for i := range v {
			v[i] = redactAny(v[i], r)
		}
	case map[string]any:
		for k := range v {
			v[k] = redactAny(v[k], r)
		}
	}
	return v
}

// secrets lists what must not be echoed: the credentials of the last attempt
// and, for a secret operation, the texts of its body.
func (f *flight) secrets() []string {
	var all []string
	add := func(s string) {
		if len(s) >= 4 && s != "true" && s != "false" && s != "null" {
			all = append(all, s)
		}
	}
	if f.sent != nil {
		scheme, token, _ := strings.Cut(f.sent.Header.Get("Authorization"), " ")
		if scheme == "OAuth" {
			for _, s := range oauthSecrets(token) {
				add(s)
			}
		} else {
			add(token)
		}
	}
	if f.call.Op.Secret {
		for _, values := range f.call.Query {
			for _, v := range values {
				add(v)
			}
		}
		for _, values := range f.call.Form {
			for _, v := range values {
				add(v)
			}
		}
		for _, values := range f.call.Header {
			for _, v := range values {
				add(v)
				if _, token, ok := strings.Cut(v, " "); ok {
					add(token)
					if plain, err := base64.StdEncoding.DecodeString(token); err == nil { // user:password
						_, password, _ := strings.Cut(string(plain), ":")
						add(string(plain))
						add(password)
					}
				}
			}
		}
		var body any
		if f.call.Form == nil && json.Unmarshal(f.body, &body) == nil {
			eachText(body, add)
		}
	}
	return all
}

// oauthSecrets are the parameters of an OAuth 1.0a header that must not be
// echoed, as sent and decoded.
func oauthSecrets(params string) []string {
	var all []string
	for part := range strings.SplitSeq(params, ",") {
		name, quoted, _ := strings.Cut(strings.TrimSpace(part), "=")
		if name != "oauth_signature" && name != "oauth_consumer_key" {
			continue
		}
		encoded := strings.Trim(quoted, `"`)
		all = append(all, encoded)
		if plain, err := url.PathUnescape(encoded); err == nil {
			all = append(all, plain)
		}
	}
	return all
}

// eachText calls add with every text and number in a JSON value.
func eachText(v any, add func(string)) {
	switch v := v.(type) {
	case string:
		add(v)
	case float64:
		if b, err := json.Marshal(v); err == nil {
			add(string(b))
		}
	case []any:
		for _, e := range v {
			eachText(e, add)
		}
	case map[string]any:
		for _, e := range v {
			eachText(e, add)
		}
	}
}

var _ http.RoundTripper = (*flight)(nil)
