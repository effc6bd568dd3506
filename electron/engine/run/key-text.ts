export { keyOfText, keyText } from '../dataset/key-text';
