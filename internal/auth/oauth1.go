package auth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // OAuth 1.0a's HMAC-SHA1 is what servers take
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"hash"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// A Signature is a method of OAuth 1.0a.
type Signature struct {
	name string
	hash func() hash.Hash
}

// The methods of signing with a shared secret.
var (
	HMACSHA1   = Signature{"HMAC-SHA1", sha1.New}
	HMACSHA256 = Signature{"HMAC-SHA256", sha256.New}
)

// OAuth1 returns a scheme that signs requests with one-legged OAuth 1.0a (RFC 5849):
// with a consumer's key and secret, and without a token. Each attempt has a nonce and
// a signature of its own.
//
// Servers refuse a timestamp that is minutes off. If the server's clock differs from
// the local one, the scheme keeps to the server's after the first 401.
func OAuth1(consumerKey, consumerSecret string, method Signature) Scheme {
	return &oauth1{sign: func(req *http.Request, now time.Time) error {
		if req.Header.Get("Content-Type") == "application/x-www-form-urlencoded" {
			return errors.New("auth: the parameters of a form would have to be signed, which no operation needs")
		}
		params, err := url.ParseQuery(req.URL.RawQuery)
		if err != nil {
			return err
		}
		// A space is sent as %20, since the server might read a + as a plus.
		u := *req.URL
		u.RawQuery = strings.ReplaceAll(u.RawQuery, "+", "%20")
		req.URL = &u
		own := [][2]string{
			{"oauth_consumer_key", consumerKey},
			{"oauth_nonce", rand.Text()},
			{"oauth_signature_method", method.name},
			{"oauth_timestamp", strconv.FormatInt(now.Unix(), 10)},
			{"oauth_version", "1.0"},
		}
		signed := signature(method, baseString(req.Method, &u, params, own), consumerSecret, "")
		var header strings.Builder
		header.WriteString("OAuth ")
		for _, p := range append(own, [2]string{"oauth_signature", signed}) {
			if header.Len() > len("OAuth ") {
				header.WriteString(", ")
			}
			header.WriteString(p[0] + `="` + percent(p[1]) + `"`)
		}
		authorize(req, header.String())
		return nil
	}}
}

type oauth1 struct {
	fixed
	sign func(*http.Request, time.Time) error
	skew atomic.Int64 // by how much the server's clock is ahead, as a time.Duration
}

func (o *oauth1) Authorize(_ context.Context, req *http.Request) error {
	return o.sign(req, time.Now().Add(time.Duration(o.skew.Load())))
}

// tolerable is how far a timestamp may be off without being the reason for a 401.
const tolerable = time.Minute

// Rejected corrects the clock if the timestamp of the attempt was off. If it was
// not, another correction did not help, so the server's Date is not the clock that
// checks timestamps: the correction is dropped.
func (o *oauth1) Rejected(_ context.Context, authorization string, date time.Time) (bool, error) {
	_, stamp, _ := strings.Cut(authorization, `oauth_timestamp="`)
	stamp, _, _ = strings.Cut(stamp, `"`)
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || date.IsZero() {
		return false, nil
	}
	if date.Sub(time.Unix(seconds, 0)).Abs() < tolerable {
		o.skew.Store(0)
		return false, nil
	}
	o.skew.Store(int64(time.Until(date)))
	return true, nil
}

// percent encodes all but the unreserved characters of RFC 3986, section 2.3.
func percent(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// baseString is the text that is signed: RFC 5849, section 3.4.1.
func baseString(method string, u *url.URL, query url.Values, own [][2]string) string {
	pairs := make([][2]string, 0, len(query)+len(own))
	for name, values := range query {
		for _, v := range values {
			pairs = append(pairs, [2]string{percent(name), percent(v)})
		}
	}
	for _, p := range own {
		pairs = append(pairs, [2]string{percent(p[0]), percent(p[1])})
	}
	slices.SortFunc(pairs, func(a, b [2]string) int {
		if c := strings.Compare(a[0], b[0]); c != 0 {
			return c
		}
		return strings.Compare(a[1], b[1])
	})
	var params strings.Builder
	for i, p := range pairs {
		if i > 0 {
			params.WriteByte('&')
		}
		params.WriteString(p[0] + "=" + p[1])
	}
	return strings.ToUpper(method) + "&" + percent(baseURI(u)) + "&" + percent(params.String())
}

// baseURI is the URL without its query, in the form of section 3.4.1.2.
func baseURI(u *url.URL) string {
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if scheme == "http" {
		host = strings.TrimSuffix(host, ":80")
	} else {
		host = strings.TrimSuffix(host, ":443")
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	return scheme + "://" + host + path
}

// signature returns the signature of section 3.4.2.
func signature(method Signature, base, consumerSecret, tokenSecret string) string {
	mac := hmac.New(method.hash, []byte(percent(consumerSecret)+"&"+percent(tokenSecret)))
	mac.Write([]byte(base))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// VerifyOAuth1 checks the header and the signature of a request that [OAuth1] signed.
// Fakes use it. It returns the nonce and the timestamp, which the caller must check.
func VerifyOAuth1(req *http.Request, consumerKey, consumerSecret string, method Signature) (nonce string, timestamp time.Time, err error) {
	list, ok := strings.CutPrefix(req.Header.Get("Authorization"), "OAuth ")
	if !ok {
		return "", time.Time{}, errors.New("the OAuth header is missing")
	}
	params := make(map[string]string)
	var own [][2]string
	for part := range strings.SplitSeq(list, ",") {
		name, quoted, _ := strings.Cut(strings.TrimSpace(part), "=")
		value, err := url.PathUnescape(strings.Trim(quoted, `"`))
		if _, twice := params[name]; err != nil || twice {
			return "", time.Time{}, errors.New("the OAuth header is malformed")
		}
		params[name] = value
		if name != "oauth_signature" && name != "realm" {
			own = append(own, [2]string{name, value})
		}
	}
	query, err := url.ParseQuery(req.URL.RawQuery)
	seconds, convErr := strconv.ParseInt(params["oauth_timestamp"], 10, 64)
	_, hasToken := params["oauth_token"]
	switch {
	case err != nil:
		return "", time.Time{}, errors.New("the query is malformed")
	case params["oauth_consumer_key"] != consumerKey:
		return "", time.Time{}, errors.New("the consumer key is unknown")
	case hasToken:
		return "", time.Time{}, errors.New("the request has an oauth_token; one-legged requests have none")
	case params["oauth_signature_method"] != method.name || params["oauth_version"] != "1.0":
		return "", time.Time{}, errors.New("the signature method or version is not supported")
	case convErr != nil || params["oauth_nonce"] == "":
		return "", time.Time{}, errors.New("the nonce or timestamp is missing")
	}
	u := *req.URL
	u.Scheme, u.Host = "http", req.Host
	if req.TLS != nil {
		u.Scheme = "https"
	}
	want := signature(method, baseString(req.Method, &u, query, own), consumerSecret, "")
	if !hmac.Equal([]byte(want), []byte(params["oauth_signature"])) {
		return "", time.Time{}, errors.New("the signature does not match the request")
	}
	return params["oauth_nonce"], time.Unix(seconds, 0), nil
}
