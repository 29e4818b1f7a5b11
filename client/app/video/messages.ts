import * as en from './i18n/video.en.po';
import * as zh from './i18n/video.zh-CN.po';

/** In every language, so that the next one is there when it is chosen. */
export const MESSAGES = { en: en.messages, 'zh-CN': zh.messages };
