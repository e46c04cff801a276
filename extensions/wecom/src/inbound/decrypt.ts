import { createDecipheriv } from "node:crypto";
import { Transform } from "node:stream";
import { wecomErrors } from "../errors.ts";

const KEY_BYTES = 32;
const IV_BYTES = 16;
/** PKCS#7 with blocks of 32 bytes: Node only knows the cipher's own 16, so its padding is off. */
const PAD_BLOCK_BYTES = 32;

/**
 * Opens a file as it comes: AES-256-CBC under its own key, whose first half is the IV.
 *
 * @param aesKey - 32 bytes in base64.
 * @throws WECOM_MEDIA_BROKEN (from the stream as well) for a key of another length, and for what was not made with it.
 * @see https://developer.work.weixin.qq.com/document/path/101463 (decrypting media; read 2026-05)
 */
export function createDecryption(aesKey: string): Transform {
  const key = Buffer.from(aesKey, "base64");
  if (key.length !== KEY_BYTES) throw wecomErrors.WECOM_MEDIA_BROKEN(["its key is not one"]);
  const decipher = createDecipheriv("aes-256-cbc", key, key.subarray(0, IV_BYTES)).setAutoPadding(false);
  let held = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const bytes = Buffer.concat([held, decipher.update(chunk)]);
      // The last block may be padding.
      const ready = Math.max(0, bytes.length - PAD_BLOCK_BYTES);
      held = bytes.subarray(ready);
      done(null, bytes.subarray(0, ready));
    },
    flush(done) {
      try {
        done(null, withoutPadding(Buffer.concat([held, decipher.final()])));
      } catch (cause) {
        done(wecomErrors.WECOM_MEDIA_BROKEN(["it is cut or was encrypted with another key"], { cause }));
      }
    },
  });
}

function withoutPadding(end: Buffer): Buffer {
  const length = end.at(-1) ?? 0;
  const isPadding = length >= 1 && length <= Math.min(PAD_BLOCK_BYTES, end.length);
  if (!isPadding || end.subarray(-length).some((byte) => byte !== length)) throw new Error("wrong padding");
  return end.subarray(0, -length);
}
