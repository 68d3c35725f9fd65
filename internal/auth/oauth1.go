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

// OAuth1 signs requests as RFC 5849 has it, one-legged: with a consumer's key
// and secret, and without any token. Each attempt is signed anew.
func OAuth1(consumerKey, consumerSecret string, method Signature) Scheme {
	return oauth1{sign: func(req *http.Request) error {
		if req.Header.Get("Content-Type") == "application/x-www-form-urlencoded" {
			return errors.New("auth: the parameters of a form would have to be signed, which no operation needs")
		}
		params, err := url.ParseQuery(req.URL.RawQuery)
		if err != nil {
			return err
		}
		// A space is sent as %20: what signs and what checks might read a + in
		// two ways.
		u := *req.URL
		u.RawQuery = strings.ReplaceAll(u.RawQuery, "+", "%20")
		req.URL = &u
		own := [][2]string{
			{"oauth_consumer_key", consumerKey},
			{"oauth_nonce", rand.Text()},
			{"oauth_signature_method", method.name},
			{"oauth_timestamp", strconv.FormatInt(time.Now().Unix(), 10)},
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
	sign func(*http.Request) error
}

func (o oauth1) Authorize(_ context.Context, req *http.Request) error { return o.sign(req) }

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

// signature is that of section 3.4.2.
func signature(method Signature, base, consumerSecret, tokenSecret string) string {
	mac := hmac.New(method.hash, []byte(percent(consumerSecret)+"&"+percent(tokenSecret)))
	mac.Write([]byte(base))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// VerifyOAuth1 checks a request that was signed by [OAuth1], for fakes: that
// its header is complete, and its signature good. It answers the nonce and the
// timestamp, which are for the caller to check.
func VerifyOAuth1(req *http.Request, consumerKey, consumerSecret string, method Signature) (nonce string, timestamp time.Time, err error) {
	list, ok := strings.CutPrefix(req.Header.Get("Authorization"), "OAuth ")
	if !ok {
		return "", time.Time{}, errors.New("there is no OAuth header")
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
		return "", time.Time{}, errors.New("the consumer key is not known")
	case hasToken:
		return "", time.Time{}, errors.New("there is an oauth_token, where there is no token")
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
		return "", time.Time{}, errors.New("the signature is not that of this request")
	}
	return params["oauth_nonce"], time.Unix(seconds, 0), nil
}
