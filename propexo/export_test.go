package propexo

import "github.com/tenantry/tenantry-go/propexo/internal/link"

// DecodeResidents is for benchmarks of decoding alone.
var DecodeResidents = link.DecodePage[Resident]
