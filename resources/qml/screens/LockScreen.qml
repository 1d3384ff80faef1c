import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"
import "../controls"

FocusScope {
    id: screen
    readonly property var vm: app.lock
    readonly property bool asking: !!vm.chosen.id

    // The tile that was tapped goes away and takes the focus with it: the keys need a place of their own.
    onAskingChanged: if (asking) keys.forceActiveFocus()
    Keys.onPressed: event => {
        if (!asking)
            return
        if (event.key === Qt.Key_Backspace)
            vm.press("back")
        else if (event.key === Qt.Key_Escape)
            vm.back()
        else if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter)
            vm.submit()
        else if (/^[0-9]$/.test(event.text))
            vm.press(event.text)
    }
    Item { id: keys; focus: true }
    ColumnLayout {
        anchors.centerIn: parent
        spacing: 32
        visible: !screen.asking && !screen.vm.empty
        ColumnLayout {
            Layout.alignment: Qt.AlignHCenter
            spacing: 4
            AppText { Layout.alignment: Qt.AlignHCenter; font.pixelSize: Theme.display; font.weight: Font.Bold; text: qsTr("Who is selling?") }
            AppText { Layout.alignment: Qt.AlignHCenter; muted: true; text: qsTr("Tap your name, then enter your PIN.") }
        }
        GridLayout {
            Layout.alignment: Qt.AlignHCenter
            columnSpacing: 16
            columns: Math.min(4, Math.max(1, screen.vm.people.length))
            rowSpacing: 16
            Repeater {
                model: screen.vm.people
                AbstractButton {
                    id: tile
                    required property var modelData
                    Layout.preferredHeight: Math.round(176 * Math.min(1.4, Theme.scale))
                    Layout.preferredWidth: Math.round(176 * Math.min(1.25, Theme.scale))
                    Accessible.name: modelData.name
                    Keys.onReturnPressed: click()
                    onClicked: screen.vm.choose(modelData.id)
                    background: Card { color: tile.down ? Theme.pressed : tile.hovered ? Theme.sunken : Theme.surface; FocusRing { around: tile } }
                    contentItem: Item {
                        Column {
                            anchors.centerIn: parent
                            spacing: 4
                            width: parent.width - 16
                            Rectangle {
                                anchors.horizontalCenter: parent.horizontalCenter
                                color: Theme.accentSoft
                                height: 64
                                radius: 32
                                width: 64
                                AppText { anchors.centerIn: parent; color: Theme.accent; font.pixelSize: Theme.title; strong: true; text: tile.modelData.initials }
                            }
                            Item { height: 8; width: 1 }
                            AppText { elide: Text.ElideRight; horizontalAlignment: Text.AlignHCenter; maximumLineCount: 2; strong: true; text: tile.modelData.name; width: parent.width; wrapMode: Text.Wrap }
                            AppText { font.pixelSize: Theme.small; horizontalAlignment: Text.AlignHCenter; muted: true; text: Words.role(tile.modelData.role); width: parent.width }
                        }
                    }
                }
            }
        }
    }
    ColumnLayout {
        anchors.centerIn: parent
        spacing: 24
        visible: screen.asking
        width: 320
        AppText { Layout.alignment: Qt.AlignHCenter; font.pixelSize: Theme.title; strong: true; text: qsTr("Hello, %1").arg((screen.vm.chosen.name || "").split(" ")[0]) }
        Row {
            Layout.alignment: Qt.AlignHCenter
            spacing: 16
            Accessible.name: qsTr("%n digit(s) entered", "", screen.vm.digits)
            Accessible.role: Accessible.StaticText
            Repeater {
                model: Math.max(4, screen.vm.digits)
                Rectangle {
                    required property int index
                    border { color: Theme.edge; width: index < screen.vm.digits ? 0 : 2 }
                    color: index < screen.vm.digits ? Theme.accent : "transparent"
                    height: 16
                    radius: 8
                    width: 16
                }
            }
        }
        Banner {
            Layout.fillWidth: true
            detail: screen.vm.wait_seconds > 0 ? (fmt.locale, qsTr("Try again in %1.").arg(fmt.countdown(screen.vm.wait_seconds))) : ""
            meaning: "problem"
            title: screen.vm.problem === "locked_out" ? qsTr("Too many wrong tries.") : qsTr("That PIN is not right.")
            visible: screen.vm.problem !== ""
        }
        NumberPad {
            Layout.fillWidth: true
            keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "clear", "0", "back"]
            enabled: screen.vm.wait_seconds === 0
            opacity: enabled ? 1 : 0.5
            onPressed: key => screen.vm.press(key)
        }
        ActionButton {
            Layout.fillWidth: true
            Layout.preferredHeight: 64
            enabled: screen.vm.digits >= 4 && !screen.vm.busy && screen.vm.wait_seconds === 0
            text: qsTr("Sign in")
            variant: "primary"
            onClicked: screen.vm.submit()
        }
        ActionButton { Layout.alignment: Qt.AlignHCenter; shortcut: "Esc"; text: qsTr("Somebody else"); variant: "quiet"; onClicked: screen.vm.back() }
    }
    ColumnLayout {
        anchors.centerIn: parent
        spacing: 16
        visible: screen.vm.empty
        width: Math.min(parent.width - 48, Math.round(420 * Math.min(1.4, Theme.scale)))
        AppText { Layout.fillWidth: true; font.pixelSize: Theme.display; font.weight: Font.Bold; horizontalAlignment: Text.AlignHCenter; text: qsTr("Who runs this shop?"); wrapMode: Text.Wrap }
        AppText { Layout.bottomMargin: 8; Layout.fillWidth: true; horizontalAlignment: Text.AlignHCenter; muted: true; text: qsTr("The first person is a manager: they may approve, connect and add others."); wrapMode: Text.Wrap }
        Field { id: name; Layout.fillWidth: true; iconName: "account-outline"; label: qsTr("Name") }
        Field { id: first; Layout.fillWidth: true; echoMode: TextInput.Password; iconName: "lock-outline"; inputMethodHints: Qt.ImhDigitsOnly; label: qsTr("PIN of six to eight digits"); maximumLength: 8; wrong: text !== "" && !/^[0-9]+$/.test(text) }
        Field { id: again; Layout.fillWidth: true; echoMode: TextInput.Password; iconName: "lock-outline"; inputMethodHints: Qt.ImhDigitsOnly; label: qsTr("The same PIN again"); maximumLength: 8; wrong: text !== "" && first.text.indexOf(text) !== 0 }
        Refusal { Layout.fillWidth: true; refusal: screen.vm.failure }
        ActionButton {
            Layout.fillWidth: true
            Layout.preferredHeight: 64
            enabled: name.text.trim() !== "" && first.text.length >= 6 && !first.wrong && first.text === again.text && !screen.vm.busy
            text: qsTr("Continue")
            variant: "primary"
            onClicked: { screen.vm.add_manager(name.text, first.text); first.clear(); again.clear() }
        }
    }
}
