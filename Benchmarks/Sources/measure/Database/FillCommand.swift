// Makes the databases that everything else is measured with: one a number of symbols, migrated by Symbology itself,
// filled with generated symbols. Measures nothing.

import ArgumentParser

struct FillCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fill", abstract: "Make a database of generated symbols for each size, where it is not there yet.")

    @OptionGroup var surroundings: Surroundings
    @OptionGroup var sizes: Sizes

    func run() throws {
        for symbolCount in try sizes.all {
            try ReferenceDatabase(symbolCount: symbolCount, surroundings: surroundings).make()
        }
    }
}
