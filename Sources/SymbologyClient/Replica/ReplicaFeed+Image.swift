import Glibc
import Platform
import ReferenceData

// Where images come from: the server's file, mapped, or its bytes.
extension ReplicaFeed {
    /// How often a file that is another one than its name said is asked for anew before its bytes are.
    private static let mapAttemptCountMax = 4

    /// Asks for the newest image and takes it over. False when there is none, or none of use.
    func bringImage(_ session: Session) throws(ClientError) -> Bool {
        for _ in 0..<Self.mapAttemptCountMax {
            guard let offered = try session.offeredImage(by: requestDeadline) else { return false }
            learned(serverImagePath: offered.image.path)
            guard isWanted(offered) else { return false }
            guard case .unix? = address, options.mapsImages, !offered.image.path.isEmpty else { break }
            do throws(ImageFileError) {
                let image = try SnapshotImage.map(path: offered.image.path)
                // Superseded between the name and the opening: the next name is that of its successor.
                guard isNamed(image, offered) else { continue }
                return take(image, offered, isMapped: true)
            } catch {
                note(problem: "\(offered.image.path): \(error)")
                if case .system(_, let code) = error, code == ENOENT { continue }
                break
            }
        }
        return try fetchImage(session)
    }

    private func fetchImage(_ session: Session) throws(ClientError) -> Bool {
        guard let fetched = try session.fetchImage(timeoutMilliseconds: options.requestTimeoutMilliseconds) else {
            return false
        }
        let offered = fetched.offered
        learned(serverImagePath: offered.image.path)
        do throws(ImageFileError) {
            let image = try fetched.open()
            guard isNamed(image, offered) else {
                note(problem: "\(session.address) sent another image than it named")
                return false
            }
            return take(image, offered, isMapped: false)
        } catch {
            note(problem: "the image that \(session.address) sent: \(error)")
            return false
        }
    }

    private var requestDeadline: Deadline { .after(milliseconds: options.requestTimeoutMilliseconds) }

    private func isWanted(_ offered: OfferedImage) -> Bool {
        machine.wants(
            imageEpoch: offered.image.epoch, generation: offered.image.generation, sequence: offered.sequence)
    }

    private func isNamed(_ image: SnapshotImage, _ offered: OfferedImage) -> Bool {
        image.epoch == offered.image.epoch && image.generation == offered.image.generation
            && UInt64(image.byteCount) == offered.image.byteCount
            && (offered.image.checksum == nil || image.checksum == offered.image.checksum)
    }

    private func take(_ image: SnapshotImage, _ offered: OfferedImage, isMapped: Bool) -> Bool {
        guard machine.take(image: image.snapshot, sequence: offered.sequence) else { return false }
        publication.note {
            $0.imageCount += 1
            if isMapped { $0.mappedImageCount += 1 }
            $0.imageProblem = nil
        }
        save(image.snapshot, confirmedAt: image.confirmedAt)
        return true
    }

    private func note(problem: String) { publication.note { $0.imageProblem = problem } }
}

/// Identifies the file that a path leads to, however the path is written.
struct FileIdentity: Equatable {
    private let device: dev_t
    private let inode: ino_t

    /// Nil when there is none.
    private init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (device, inode) = (status.st_dev, status.st_ino)
    }

    static func isOne(_ path: String, _ other: String) -> Bool {
        guard let file = FileIdentity(path) else { return false }
        return file == FileIdentity(other)
    }
}
