import Testing

@testable import symbology

@Suite("Command line: cells")
struct CellTests {
    @Test("a table shows the first values of a long list and counts the others; scripts get all of them")
    func longLists() {
        let names = (1...700).map { "BTC-261225-\(10_000 + $0)-C" }
        let cell = names.cell
        #expect(cell.tableText == names[0..<5].joined(separator: ",") + " … and 695 more")
        #expect(cell.tsvText == names.joined(separator: ","))
        #expect(cell.jsonText.hasSuffix("\"BTC-261225-10700-C\"]"))
        #expect(["GATEIO_SPOT", "MEXC_SPOT"].cell.tableText == "GATEIO_SPOT,MEXC_SPOT")
        let long = String(repeating: "x", count: 200)
        #expect([long].cell.tableText == long && [long, "y"].cell.tableText == long + " … and 1 more")
    }
}
