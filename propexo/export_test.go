package propexo

// DecodeResidents is for benchmarks of decoding alone.
var DecodeResidents = decodePage[Resident]
