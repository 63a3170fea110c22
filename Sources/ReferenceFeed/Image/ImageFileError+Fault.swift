import Glibc
import ReferenceData

extension ImageFileError {
    /// In the words of `status`.
    var fault: ImageFault {
        switch self {
        case .outOfMemory, .system(_, ENOMEM): .outOfMemory
        case .system(_, ENOSPC), .system(_, EDQUOT): .diskFull
        case .system(_, EACCES), .system(_, EPERM), .system(_, EROFS), .system(_, ENOENT), .system(_, ENOTDIR):
            .forbidden
        default: .failing
        }
    }
}
