import ChoosePassword from "./ChoosePassword.tsx";

export default function Join() {
  return <ChoosePassword by="sign-up" />;
}
