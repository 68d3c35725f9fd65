// Checks the signature of every request with the package oauth-1.0a, and says
// 200 or 401. It prints its URL first.
const crypto = require('crypto');
const http = require('http');
const OAuth = require('oauth-1.0a');

const hashes = { 'HMAC-SHA1': 'sha1', 'HMAC-SHA256': 'sha256' };

const server = http.createServer((req, res) => {
  const given = {};
  for (const part of (req.headers.authorization || '').replace(/^OAuth /, '').split(/,\s*/)) {
    const m = /^([^=]+)="(.*)"$/.exec(part);
    if (m) given[decodeURIComponent(m[1])] = decodeURIComponent(m[2]);
  }
  const oauth = OAuth({
    consumer: { key: process.env.KEY, secret: process.env.SECRET },
    signature_method: given.oauth_signature_method,
    hash_function: (base, key) => crypto.createHmac(hashes[given.oauth_signature_method], key).update(base).digest('base64'),
  });
  const { oauth_signature: signature, ...params } = given;
  // The query goes in parsed: the package does not decode names in a URL.
  const url = new URL('http://' + req.headers.host + req.url);
  const data = {};
  for (const name of new Set(url.searchParams.keys())) {
    const values = url.searchParams.getAll(name);
    data[name] = values.length > 1 ? values : values[0];
  }
  const path = req.url.split('?')[0];
  const want = oauth.getSignature({ url: 'http://' + req.headers.host + path, method: req.method, data }, undefined, params);
  const good = params.oauth_consumer_key === process.env.KEY && signature === want;
  res.writeHead(good ? 200 : 401);
  res.end(good ? '' : 'want ' + want + ', got ' + signature);
});
server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port));
