// Hashes against published values.

import Basics
import Testing

@Suite struct DigestTests {
  /// FIPS 180-4's examples, and a million times "a".
  @Test func sha256IsThatOfTheStandard() {
    #expect(Digest.sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(Digest.sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      Digest.sha256([UInt8](repeating: 0x61, count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  /// Values of the authors' test vectors: "", "a" and "foobar".
  @Test func fnv1aIsThatOfItsAuthors() {
    func hash(_ text: String) -> String {
      var hash = FNV1a()
      hash.add(text.utf8)
      return hash.hex
    }
    #expect(hash("") == "cbf29ce484222325")
    #expect(hash("a") == "af63dc4c8601ec8c")
    #expect(hash("foobar") == "85944171f73967e8")
  }

  @Test func anIntegersBytesGoLowestFirst() {
    var (whole, bytes) = (FNV1a(), FNV1a())
    whole.addBytes(of: 0x0102_0304_0506_0708)
    bytes.add([8, 7, 6, 5, 4, 3, 2, 1])
    #expect(whole == bytes)
  }
}

@Suite struct DurationTests {
  @Test func aDurationIsANumberOfSeconds() { #expect(Duration.milliseconds(1500).seconds == 1.5) }
}
