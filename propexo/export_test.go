package propexo

import "github.com/tenantry/tenantry-go/propexo/internal/link"

// DecodeResidents is for benchmarks of decoding alone.
var DecodeResidents = link.DecodePage[Resident]

// Known is what WithDrift knows of the package's values.
var Known = known
