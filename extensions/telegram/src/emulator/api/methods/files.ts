import type { Parts } from "../../parts.ts";
import type { Methods } from "../call.ts";
import { badRequest } from "../refusal.ts";

const MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024;

/** Links of files; the download itself is no method. */
export function fileMethods({ world: { files } }: Parts): Methods {
  return {
    getFile({ params }) {
      const id = params.text("file_id");
      if (id === "") throw badRequest("file_id not specified");
      const file = files.find(id);
      if (file === undefined) throw badRequest("wrong file_id or the file is temporarily unavailable");
      if (file.sizeBytes > MAX_DOWNLOAD_BYTES) throw badRequest("file is too big");
      files.openLink(file);
      const { fileId, uniqueId, sizeBytes, path } = file;
      return { file_id: fileId, file_unique_id: uniqueId, file_size: sizeBytes, file_path: path };
    },
  };
}
